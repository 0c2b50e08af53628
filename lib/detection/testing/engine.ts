import { containsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { DetectedEvent, DetectedIncident, Observation } from '#lib/contract/index.ts'
import {
  type DetectionState,
  type GroupState,
  foldGroup,
  foldPoll,
  isNews,
  readingsOf,
  readState,
  type RouteTable,
  type Topology,
  type TrafficBaseline,
  type RouteEntry,
} from '../index.ts'
import { type Recorded, Recorder } from './recorder.ts'
import { comparisonsOf, coveringEntries, ReportedBefore, routesToSites } from './route-reads.ts'

const WEEK = 7 * 24 * 60 * 60_000

/** How a resource of the test estate is called in short: its name. */
export const shortName = (resourceId: string) => resourceId.split('/').at(-1) ?? resourceId

/** The whole engine over a series of observations: what a store keyed by event holds in the end. */
export class Engine {
  readonly events = new Map<string, DetectedEvent>()
  readonly incidents = new Map<string, DetectedIncident>()
  /** every event in the order in which it was first recorded, and when */
  readonly recordedAt = new Map<string, number>()
  readonly #recorder = new Recorder()
  readonly #reportedBefore = new ReportedBefore()
  readonly #sources = new Map<number, DetectionState>()
  #estate: GroupState = {}
  #recheckAt = Infinity
  readonly #options: { restarting: boolean; repeating: boolean; weekOld: boolean }

  /**
   * @param options.restarting stores and reads back all state between any two polls
   * @param options.weekOld what the first tables tell has been known for a week
   * @param options.repeating folds each poll twice, as after a crash that lost the word of its commit
   */
  constructor({ restarting = false, repeating = false, weekOld = false } = {}) {
    this.#options = { restarting, repeating, weekOld }
  }

  feed(observation: Observation, topology: Topology, localAddress = '', baseline?: TrafficBaseline): void {
    const recorded = this.#recorder.record(observation, shortName(observation.target.resourceId), localAddress)
    this.fold(recorded, observation, topology, localAddress, baseline)
    if (this.#options.repeating) this.fold(recorded, observation, topology, localAddress, baseline)
  }

  fold(
    { mark, changes, silentSessions }: Recorded,
    observation: Observation,
    topology: Topology,
    localAddress: string,
    baseline?: TrafficBaseline,
  ): void {
    const before = readState(this.#sources.get(mark.sourceId) ?? null)
    const { state, events, signals } = foldPoll(before, mark, changes, {
      ...readingsOf(observation, () => localAddress, silentSessions),
      ...(baseline ? { baseline } : {}),
    })
    this.#sources.set(mark.sourceId, this.#kept(state))
    if (events.length === 0 && !signals.some(isNews) && this.#recheckAt > mark.finishedAt) return
    const moved = changes.flatMap((change) => (change.type === 'route' ? [change.prefix] : []))
    const isLearned = mark.kind === 'learned' && moved.length > 0
    const folded = foldGroup(this.#estate, topology, {
      mark,
      everyMs: 60_000,
      signals,
      events,
      ...(isLearned
        ? { routes: this.#routes(moved, topology), siteRoutes: routesToSites(topology, this.#learned(), moved) }
        : {}),
      ...(mark.kind === 'tables' && moved.length > 0
        ? { comparisons: comparisonsOf(topology, mark, this.#pathTables()) }
        : {}),
      scopeOfResource: shortName,
    })
    const isOld = this.#options.weekOld && mark.previousOkAt === null
    this.#reportedBefore.add(mark, changes, isOld ? mark.startedAt - WEEK : mark.startedAt)
    this.#estate = this.#kept(folded.state)
    this.#recheckAt = Math.min(...Object.values(folded.recheckAt))
    for (const event of folded.events) {
      this.events.set(event.key, event)
      if (!this.recordedAt.has(event.key)) this.recordedAt.set(event.key, mark.finishedAt)
    }
    for (const incident of folded.incidents) this.incidents.set(incident.key, incident)
  }

  get estate(): GroupState {
    return this.#estate
  }

  #kept<T>(state: T): T {
    return this.#options.restarting ? (JSON.parse(JSON.stringify(state)) as T) : state
  }

  #learned(): RouteEntry[] {
    return this.#recorder
      .learned()
      .flatMap(({ gateway, rows }) => rows.map((row): RouteEntry => ({ ...row, gateway: shortName(gateway) })))
  }

  #pathTables() {
    return this.#recorder.pathTables().map(({ circuit, part, rows }) => ({ scope: shortName(circuit), part, rows }))
  }

  #routes(moved: readonly string[], topology: Topology): RouteTable {
    const all = this.#learned()
    const reported = [...new Set(all.map(({ prefix }) => prefix))].flatMap((text) => parsePrefix(text) ?? [])
    const inside = (prefix: string) => {
      const inner = parsePrefix(prefix)
      return (
        inner !== null &&
        reported.some((outer) => outer.length > 0 && outer.length < inner.length && containsPrefix(outer, inner))
      )
    }
    return {
      entries: Object.fromEntries(moved.map((prefix) => [prefix, all.filter((entry) => entry.prefix === prefix)])),
      covered: moved.filter(inside),
      ownSpace: all.filter(({ origin }) => origin === 'Network').map(({ prefix }) => prefix),
      best: (entries) => shortest(entries, topology),
      past: this.#reportedBefore.of(moved),
      covering: coveringEntries(all, moved),
      asnsElsewhere: [...new Set(all.filter(({ prefix }) => !moved.includes(prefix)).flatMap(({ asPath }) => asPath))],
    }
  }
}

/** ExpressRoute before VPN, then the shorter path: enough of Azure's order for a test estate. */
function shortest(entries: readonly RouteEntry[], topology: Topology): RouteEntry[] {
  const cost = ({ gateway, asPath }: RouteEntry) =>
    (topology.gateways.find(({ scope }) => scope === gateway)?.kind === 'vpn' ? 1_000 : 0) + asPath.length
  const least = Math.min(...entries.map(cost))
  return entries.filter((entry) => cost(entry) === least)
}
