/** The same Azure with facts from real routers: their present state replaces the scenario's. */
import { type EffectBody, type Interval, union } from './effect.ts'
import type { Counters } from './byte-counters.ts'
import { type SessionFacts, shareUp } from './session.ts'
import { DomainState, type ObservedTables } from './state.ts'
import type { World } from './world.ts'

export interface ObservedSession {
  readonly up: boolean
  /** When it came up, or went down; epoch milliseconds. */
  readonly since: number
  /** Messages of its present life. */
  readonly sent: number
  readonly received: number
  /** The router's word while it is down, as `Active`. */
  readonly word: string
  /** All down-times so far; the last may reach to infinity. */
  readonly downs: readonly Interval[]
}

/** The state of all routers at one moment. */
export interface Observed {
  /** A moment between the question and the last answer, epoch milliseconds. */
  readonly at: number
  /** By peer or edge; a session that is not listed has never been up. */
  readonly sessions: ReadonlyMap<string, ObservedSession>
  readonly tables: ObservedTables
  /** Bytes by counter (`edgeCounter`), since the interface was made. */
  readonly bytes: ReadonlyMap<string, bigint>
  /** Edges whose MSEE has no ARP entry of the customer's router. */
  readonly arpLost: readonly string[]
  /** Gateway instances that answer nothing. */
  readonly absent: readonly { readonly gateway: string; readonly address: string }[]
}

const NEVER: ObservedSession = { up: false, since: 0, sent: 0, received: 0, word: 'Idle', downs: [] }

function sessionFacts({ at: requestedAt, sessions }: Observed): SessionFacts {
  const session = (key: string): ObservedSession => sessions.get(key) ?? NEVER
  const downs: SessionFacts['downs'] = (key, from, to) =>
    union(session(key).downs.filter((d) => d.from <= to && d.until >= from))
  return {
    // The answer may be dated a little apart from the routers' own: how long it has lasted is what they said.
    at: (key, at) => {
      const { up, since, word } = session(key)
      return { up, since: at - (requestedAt - since), word: up ? null : word }
    },
    messages: (key) => session(key),
    downs,
    availability: (key, from, to) => shareUp(downs(key, from, to), from, to),
    keys: () => [...sessions.keys()],
  }
}

/** Counters show what they show now: there are no rates of the past, and no count of changes. */
function counters({ bytes }: Observed): Counters {
  const passed = (counter: string): bigint => bytes.get(counter) ?? 0n
  return {
    passed: (counter) => Number(passed(counter)),
    shown: (counter, _edge, base) => base + passed(counter),
    bitsPerSecond: () => 0,
    edgesIn: () => 0,
  }
}

function conditions({ sessions, arpLost, absent }: Observed): EffectBody[] {
  return [
    ...[...sessions].flatMap(([key, { up, word }]) => (up ? [] : [{ kind: 'session' as const, key, word }])),
    ...arpLost.map((key) => ({ kind: 'arp' as const, key })),
    ...absent.map((instance) => ({ kind: 'instance' as const, ...instance })),
  ]
}

/** @param world brings what exists; its happenings are ignored */
export function observedWorld(world: World, observed: Observed): World {
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
