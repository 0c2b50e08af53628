import { containsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { DetectedEvent, DetectedIncident, Observation } from '#lib/contract/index.ts'
import {
  type DetectionState,
  type EstateState,
  foldEstate,
  foldPoll,
  readingsOf,
  readState,
  type RouteTable,
  type Topology,
  type Way,
} from '../index.ts'
import { Recorder } from './recorder.ts'

/** How a resource of the test estate is called in short: its name. */
export const shortName = (resourceId: string) => resourceId.split('/').at(-1) ?? resourceId

/** The whole engine over a series of observations: what a store keyed by event holds in the end. */
export class Engine {
  readonly events = new Map<string, DetectedEvent>()
  readonly incidents = new Map<string, DetectedIncident>()
  /** every event in the order in which it was first recorded, and when */
  readonly recordedAt = new Map<string, number>()
  readonly #recorder = new Recorder()
  readonly #sources = new Map<number, DetectionState>()
  #estate: EstateState = {}
  #waits = false
  readonly #options: { restarting: boolean; repeating: boolean }

  /**
   * @param options.restarting stores and reads back all state between any two polls
   * @param options.repeating folds each poll twice, as after a crash that lost the word of its commit
   */
  constructor(options: { restarting?: boolean; repeating?: boolean } = {}) {
    this.#options = { restarting: options.restarting ?? false, repeating: options.repeating ?? false }
  }

  feed(observation: Observation, topology: Topology, localAddress = ''): void {
    const { mark, changes } = this.#recorder.record(observation, shortName(observation.target.resourceId), localAddress)
    this.fold(mark, changes, observation, topology, localAddress)
    if (this.#options.repeating) this.fold(mark, changes, observation, topology, localAddress)
  }

  fold(
    mark: ReturnType<Recorder['record']>['mark'],
    changes: ReturnType<Recorder['record']>['changes'],
    observation: Observation,
    topology: Topology,
    localAddress: string,
  ): void {
    const before = readState(this.#sources.get(mark.sourceId) ?? null)
    const { state, events, signals } = foldPoll(
      before,
      mark,
      changes,
      readingsOf(observation, () => localAddress),
    )
    this.#sources.set(mark.sourceId, this.#kept(state))
    if (events.length === 0 && signals.length === 0 && !this.#waits) return
    const moved = changes.flatMap((change) => (change.type === 'route' ? [change.prefix] : []))
    const folded = foldEstate(this.#estate, topology, {
      mark,
      everyMs: 60_000,
      signals,
      events,
      ...(moved.length > 0 ? { routes: this.#routes(moved, topology) } : {}),
      scopeOfResource: shortName,
    })
    this.#estate = this.#kept(folded.state)
    this.#waits = folded.waits.length > 0
    for (const event of folded.events) {
      this.events.set(event.key, event)
      if (!this.recordedAt.has(event.key)) this.recordedAt.set(event.key, mark.finishedAt)
    }
    for (const incident of folded.incidents) this.incidents.set(incident.key, incident)
  }

  get estate(): EstateState {
    return this.#estate
  }

  #kept<T>(state: T): T {
    return this.#options.restarting ? (JSON.parse(JSON.stringify(state)) as T) : state
  }

  #routes(moved: readonly string[], topology: Topology): RouteTable {
    const all = this.#recorder
      .learned()
      .flatMap(({ gateway, rows }) => rows.map((row): Way => ({ ...row, gateway: shortName(gateway) })))
    const told = [...new Set(all.map(({ prefix }) => prefix))].flatMap((text) => parsePrefix(text) ?? [])
    const inside = (prefix: string) => {
      const inner = parsePrefix(prefix)
      return (
        inner !== null &&
        told.some((outer) => outer.length > 0 && outer.length < inner.length && containsPrefix(outer, inner))
      )
    }
    return {
      ways: Object.fromEntries(moved.map((prefix) => [prefix, all.filter((way) => way.prefix === prefix)])),
      covered: moved.filter(inside),
      ownSpace: all.filter(({ origin }) => origin === 'Network').map(({ prefix }) => prefix),
      best: (ways) => shortest(ways, topology),
    }
  }
}

/** ExpressRoute before VPN, then the shorter path: enough of Azure's order for a test estate. */
function shortest(ways: readonly Way[], topology: Topology): Way[] {
  const cost = ({ gateway, asPath }: Way) =>
    (topology.gateways.find(({ scope }) => scope === gateway)?.kind === 'vpn' ? 1_000 : 0) + asPath.length
  const least = Math.min(...ways.map(cost))
  return ways.filter((way) => cost(way) === least)
}
