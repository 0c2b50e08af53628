/** Paths that are cut in the virtual day, and the times at which polls detect it. */
import type { PollKind } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { VirtualDayPollLoad } from './estate.ts'

/** Time from a cut to the end of its session: BFD with three intervals of 300 ms. */
const SESSION_ENDS_MS = 900

/**
 * Number of hypothetical cuts per day in addition to the simulated ones. A hypothetical cut changes nothing in the
 * simulated Azure; it only measures when polls would have detected a cut at that time.
 */
const UNMADE_CUTS_PER_DAY = 48

export interface CircuitPathCut {
  at: number
  until: number
  /** whether the cut is simulated; false = it only measures when polls would have detected it */
  isMade: boolean
  seenAt: number | null
}

/** Cuts of each circuit's primary path, ten minutes each. */
export class CircuitPathCutSchedule {
  /** cuts by lower-case circuit ID */
  readonly #cuts = new Map<string, CircuitPathCut[]>()

  /**
   * Generates the cuts of each circuit at random times, and adds the hypothetical cuts.
   * @param perDay simulated cuts per circuit and day
   */
  constructor(
    circuits: Iterable<string>,
    { from, to, perDay, random }: { from: number; to: number; perDay: number; random: () => number },
  ) {
    for (const circuit of circuits) {
      const cuts: CircuitPathCut[] = []
      const add = (isMade: boolean, inADay: number) => {
        const count = Math.floor((inADay * (to - from)) / (24 * MS_PER_HOUR) + random())
        for (let n = 0; n < count; n++) {
          const at = from + random() * (to - from)
          cuts.push({ at, until: at + 10 * MS_PER_MINUTE, isMade, seenAt: null })
        }
      }
      if (perDay > 0) add(true, perDay)
      add(false, UNMADE_CUTS_PER_DAY)
      this.#cuts.set(circuit.toLowerCase(), cuts)
    }
  }

  /**
   * Marks the cuts that a successful session poll detects first. Such a poll records a change, so it is committed
   * immediately.
   * @returns the simulated cuts among them, with the circuit ID (the gateway has the same number)
   */
  shownBy(
    { kind, load }: { kind: PollKind; load: VirtualDayPollLoad },
    sampleAt: number,
    now: number,
  ): { circuit: string; cut: CircuitPathCut }[] {
    const isSummary = kind === 'summary' && load.subresource === 'AzurePrivatePeering/primary'
    if (!isSummary && kind !== 'peers') return []
    const circuit = isSummary ? load.resourceId : circuitOf(load.resourceId)
    const shown = (this.#cuts.get(circuit.toLowerCase()) ?? []).filter(
      ({ at, until, seenAt }) => seenAt === null && at + SESSION_ENDS_MS <= sampleAt && sampleAt <= until,
    )
    for (const cut of shown) cut.seenAt = now
    return shown.filter(({ isMade }) => isMade).map((cut) => ({ circuit, cut }))
  }

  /** Returns the milliseconds from each cut to its event; null = the cut ended before a poll detected it. */
  delays(from: number, to: number): (number | null)[] {
    return [...this.#cuts.values()]
      .flat()
      .filter((cut) => cut.at >= from && cut.until < to)
      .map(({ at, seenAt }) => (seenAt === null ? null : seenAt - at))
  }
}

/** Converts a gateway ID to its circuit ID. The scenario `many` uses the same number for both: gw-7 and erc-7. */
const circuitOf = (gateway: string) =>
  gateway.replace(/virtualNetworkGateways\/gw-(\d+)$/i, 'expressRouteCircuits/erc-$1')
export const findGatewayIdOfCircuit = (circuit: string) =>
  circuit.replace(/expressRouteCircuits\/erc-(\d+)$/i, 'virtualNetworkGateways/gw-$1')
