/**
 * Effects of the first poll that detects a cut in the virtual day: an open incident, requested polls of tables, and
 * faster polls.
 */
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { defaultSettings } from '#lib/detection/index.ts'
import { addConnectedResources, selectPollsToBurst } from '#lib/poller/index.ts'
import type { VirtualDayEventQueue } from './agenda.ts'
import { type CircuitPathCut, findGatewayIdOfCircuit } from './cuts.ts'
import type { VirtualDayPoll } from './day-poll.ts'
import * as timetable from './timetable.ts'

const { 'burst.interval': BURST_MS, 'burst.span': BURST_SPAN_MS, 'burst.polls': BURST_POLLS } = defaultSettings
/** Kinds of polls that a session change requests before they are due. */
const ASKED_FOR: readonly string[] = ['tables', 'arp', 'learned', 'advertised']

export interface IncidentsOptions {
  agenda: VirtualDayEventQueue
  bySubscription: ReadonlyMap<string, readonly VirtualDayPoll[]>
  byResourceId: ReadonlyMap<string, readonly VirtualDayPoll[]>
  /** called when the due time of a poll changes */
  moved: (poll: VirtualDayPoll, now: number) => void
}

export class VirtualDayIncidentSimulation {
  readonly #options: IncidentsOptions
  /** number of open incidents that need polls of a resource */
  readonly #open = new Map<string, number>()
  #bursts = 0

  constructor(options: IncidentsOptions) {
    this.#options = options
  }

  /** Number of polls that were accelerated for an incident. */
  get bursts(): number {
    return this.#bursts
  }

  isOpen(resourceId: string): boolean {
    return (this.#open.get(resourceId) ?? 0) > 0
  }

  /**
   * Opens an incident for a cut. Expedites and accelerates polls if the budget allows it.
   * @param poll the poll that detected the cut
   * @param mayAskMore whether the budgets allow more requests than the timetable makes
   */
  begin(poll: VirtualDayPoll, circuit: string, cut: CircuitPathCut, now: number, mayAskMore: boolean): void {
    const gateway = findGatewayIdOfCircuit(circuit)
    const pair = [circuit, gateway]
    for (const id of pair) this.#open.set(id, (this.#open.get(id) ?? 0) + 1)
    this.#options.agenda.put(cut.until + MS_PER_MINUTE, () => {
      for (const id of pair) this.#open.set(id, (this.#open.get(id) ?? 1) - 1)
    })
    if (!mayAskMore) return
    for (const other of pair.flatMap((id) => this.#of(id))) {
      if (!isAskedFor(other, circuit)) continue
      timetable.makePollDueSoon(other, now)
      this.#options.moved(other, now)
    }
    this.#burst(poll, gateway, circuit, now)
  }

  #burst(poll: VirtualDayPoll, gateway: string, circuit: string, now: number): void {
    const own = this.#options.bySubscription.get(poll.load.subscriptionId) ?? []
    const nodes = [{ scope: gateway, circuits: [circuit] }]
    const pollable = [circuit, gateway].flatMap((id) =>
      this.#of(id).map((one, n) => ({ sourceId: n, scope: id, kind: one.kind, one })),
    )
    let room = BURST_POLLS - own.filter((one) => timetable.isPollInBurst(one, now)).length
    const scopes = addConnectedResources(new Set([poll.load.resourceId]), { gateways: nodes })
    for (const { one } of selectPollsToBurst(pollable, scopes)) {
      const isFaster = timetable.isPollInBurst(one, now)
      if (one.everySeconds * MS_PER_SECOND <= BURST_MS || (!isFaster && room-- <= 0)) continue
      timetable.startTimetablePollBurst(one, BURST_MS / MS_PER_SECOND, BURST_SPAN_MS / MS_PER_SECOND, now)
      this.#bursts += 1
      this.#options.moved(one, now)
    }
  }

  #of(resourceId: string): readonly VirtualDayPoll[] {
    return this.#options.byResourceId.get(resourceId) ?? []
  }
}

function isAskedFor({ kind, load }: VirtualDayPoll, circuit: string): boolean {
  if (!ASKED_FOR.includes(kind)) return false
  if (kind === 'advertised' && load.subresource !== '10.0.4.4') return false
  return load.resourceId !== circuit || load.subresource === 'AzurePrivatePeering/primary'
}
