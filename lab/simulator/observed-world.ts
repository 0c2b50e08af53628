/** A simulated Azure with facts from real routers, whose current state replaces the scenario's. */
import { type EffectBody, type EffectInterval, mergeOverlappingIntervals } from './effect.ts'
import type { ByteCounterValues } from './byte-counters.ts'
import { type SessionFacts, computeUptimeShare } from './session.ts'
import { DomainState, type ObservedTables } from './state.ts'
import type { SimulatedWorld } from './world.ts'

export interface ObservedSessionState {
  readonly up: boolean
  /** time at which the session came up; if it is down, the time at which it went down; epoch milliseconds */
  readonly since: number
  /** Messages sent since the session's last establishment. */
  readonly sent: number
  readonly received: number
  /** The router's word for the state of the session while the session is down, for example `Active`. */
  readonly word: string
  /** All outages so far; `until` of the last one may be infinite. */
  readonly downs: readonly EffectInterval[]
}

/** The state of all routers at one moment. */
export interface ObservedRouterStates {
  /** A moment between the request and the last answer, epoch milliseconds. */
  readonly at: number
  /** Sessions by peer or edge. A session that is not listed has never been up. */
  readonly sessions: ReadonlyMap<string, ObservedSessionState>
  readonly tables: ObservedTables
  /** Bytes by counter (`edgeCounter`), since the interface was created. */
  readonly bytes: ReadonlyMap<string, bigint>
  /** Edges whose MSEE has no ARP entry for the customer's router. */
  readonly arpLost: readonly string[]
  /** Gateway instances that do not answer. */
  readonly absent: readonly { readonly gateway: string; readonly address: string }[]
}

const NEVER: ObservedSessionState = { up: false, since: 0, sent: 0, received: 0, word: 'Idle', downs: [] }

function sessionFacts({ at: requestedAt, sessions }: ObservedRouterStates): SessionFacts {
  const session = (key: string): ObservedSessionState => sessions.get(key) ?? NEVER
  const downs: SessionFacts['downs'] = (key, from, to) =>
    mergeOverlappingIntervals(session(key).downs.filter((d) => d.from <= to && d.until >= from))
  return {
    // A response may show another time than that of the observation. The duration for which the session has been up or
    // down is kept, and not the time of the change.
    at: (key, at) => {
      const { up, since, word } = session(key)
      return { up, since: at - (requestedAt - since), word: up ? null : word }
    },
    messages: (key) => session(key),
    downs,
    availability: (key, from, to) => computeUptimeShare(downs(key, from, to), from, to),
    keys: () => [...sessions.keys()],
  }
}

/** Returns counters that have only current values. They have neither rates nor a number of route changes. */
function counters({ bytes }: ObservedRouterStates): ByteCounterValues {
  const passed = (counter: string): bigint => bytes.get(counter) ?? 0n
  return {
    passed: (counter) => Number(passed(counter)),
    shown: (counter, _edge, base) => base + passed(counter),
    bitsPerSecond: () => 0,
    edgesIn: () => 0,
  }
}

function conditions({ sessions, arpLost, absent }: ObservedRouterStates): EffectBody[] {
  return [
    ...[...sessions].flatMap(([key, { up, word }]) => (up ? [] : [{ kind: 'session' as const, key, word }])),
    ...arpLost.map((key) => ({ kind: 'arp' as const, key })),
    ...absent.map((instance) => ({ kind: 'instance' as const, ...instance })),
  ]
}

/**
 * Returns the world with observed facts.
 * @param world defines the existing resources; its happenings are ignored
 */
export function createWorldFromRouterStates(world: SimulatedWorld, observed: ObservedRouterStates): SimulatedWorld {
  const counted = counters(observed)
  const active = conditions(observed).map((body, n) => ({
    ...body,
    id: `observed-${n}`,
    happening: 'observed',
    from: observed.at,
    until: Number.POSITIVE_INFINITY,
    period: 0,
    times: 1,
    domain: null,
  }))
  const states = new Map(
    world.topology.domains.map((domain) => [
      domain.id,
      new DomainState(world.topology, domain, active, 'observed', observed.tables),
    ]),
  )
  return {
    ...world,
    sessions: sessionFacts(observed),
    counters: () => counted,
    state: (domain, at) => states.get(domain.id) ?? world.state(domain, at),
    bodies: new Map(),
  }
}
