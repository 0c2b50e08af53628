/** Paths that are cut in the virtual day, and when polls show it. */
import type { PollKind } from '#lib/contract/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import type { PolledLoad } from './estate.ts'

/** From a cut to the end of its session: BFD, 3 times 300 ms. */
const SESSION_ENDS_MS = 900

/** Moments at which a cut would have been, beside those that are made: they load nothing. */
const UNMADE_CUTS_PER_DAY = 48

export interface Cut {
  at: number
  until: number
  /** whether it is made, or only dated by the polls that would have shown it */
  isMade: boolean
  seenAt: number | null
}

/** Cuts of each circuit's primary path, of ten minutes each. */
export class Cuts {
  /** by lower-case id of the circuit */
  readonly #cuts = new Map<string, Cut[]>()

  /** @param perDay made cuts of each circuit in a day; those that are only dated are added */
  constructor(
    circuits: Iterable<string>,
    { from, to, perDay, random }: { from: number; to: number; perDay: number; random: () => number },
  ) {
    for (const circuit of circuits) {
      const cuts: Cut[] = []
      const add = (isMade: boolean, inADay: number) => {
        const count = Math.floor((inADay * (to - from)) / (24 * HOUR) + random())
        for (let n = 0; n < count; n++) {
          const at = from + random() * (to - from)
          cuts.push({ at, until: at + 10 * MINUTE, isMade, seenAt: null })
        }
      }
      if (perDay > 0) add(true, perDay)
      add(false, UNMADE_CUTS_PER_DAY)
      this.#cuts.set(circuit.toLowerCase(), cuts)
    }
  }

  /**
   * What a good poll of sessions shows first; it changes something, so that it is committed at once.
   * @returns the cuts that are made, and their circuit, whose number is its gateway's
   */
  shownBy(
    { kind, load }: { kind: PollKind; load: PolledLoad },
    sampleAt: number,
    now: number,
  ): { circuit: string; cut: Cut }[] {
    const isSummary = kind === 'summary' && load.subresource === 'AzurePrivatePeering/primary'
    if (!isSummary && kind !== 'peers') return []
    const circuit = isSummary ? load.resourceId : circuitOf(load.resourceId)
    const shown = (this.#cuts.get(circuit.toLowerCase()) ?? []).filter(
      ({ at, until, seenAt }) => seenAt === null && at + SESSION_ENDS_MS <= sampleAt && sampleAt <= until,
    )
    for (const cut of shown) cut.seenAt = now
    return shown.filter(({ isMade }) => isMade).map((cut) => ({ circuit, cut }))
  }

  /** Milliseconds from each cut to its event; null = over before anything showed it. */
  delays(from: number, to: number): (number | null)[] {
    return [...this.#cuts.values()]
      .flat()
      .filter((cut) => cut.at >= from && cut.until < to)
      .map(({ at, seenAt }) => (seenAt === null ? null : seenAt - at))
  }
}

/** `many` names them alike: gw-7 and erc-7. */
const circuitOf = (gateway: string) =>
  gateway.replace(/virtualNetworkGateways\/gw-(\d+)$/i, 'expressRouteCircuits/erc-$1')
export const gatewayOf = (circuit: string) =>
  circuit.replace(/expressRouteCircuits\/erc-(\d+)$/i, 'virtualNetworkGateways/gw-$1')
