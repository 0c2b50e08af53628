/**
 * Stands in for history where polls are folded and not kept (back-tests, scenarios at virtual time): the marks and changes that
 * the same polls leave there, without a database. `bench/corpus/recorder.db.test.ts` holds it against history itself.
 */
import type { ByFamily } from '#lib/bgp/index.ts'
import type {
  Change,
  EpochMs,
  Observation,
  Outcome,
  PollMark,
  ResourceRow,
  SilentSession,
} from '#lib/contract/index.ts'
import { polledKey } from '#lib/detection/index.ts'
import { Inventory } from './inventory.ts'
import { type Memory, NOTHING_READ, Reading } from './reading.ts'
import { Sessions } from './sessions.ts'
import { Arp, Counters, Routes } from './tables.ts'

interface Stored {
  scope: string
  subresource: string
  kind: Observation['kind']
  memory: Memory
  okAt: EpochMs | null
  attemptAt: EpochMs | null
  finishedAt: EpochMs | null
  outcome: Outcome | null
  sessions: Sessions
  routes: Routes
  arp: Arp
  counters: Counters
  inventory: Inventory
}

export interface Noted {
  status: 'recorded' | 'duplicate' | 'stale'
  mark: PollMark
  changes: Change[]
  silentSessions: SilentSession[]
}

const NO_ADDRESSES: ByFamily = { ipv4: null, ipv6: null }

export class Recorder {
  private readonly stored = new Map<string, Stored>()
  private readonly sourceIds = new Map<string, number>()

  /** @param scope how the resource is called in short */
  record(observation: Observation, scope: string, localAddresses: ByFamily | null = null): Noted {
    const { target, kind, startedAt, finishedAt, outcome } = observation
    const source = `${target.resourceId.toLowerCase()} ${target.subresource}`
    const sourceId = this.sourceIds.get(source) ?? this.sourceIds.size + 1
    this.sourceIds.set(source, sourceId)
    const state = this.stored.get(`${source} ${kind}`) ?? blank(scope, target.subresource, kind)
    this.stored.set(`${source} ${kind}`, state)
    const mark: PollMark = {
      sourceId,
      scope,
      subresource: target.subresource,
      kind,
      startedAt,
      finishedAt,
      outcome,
      previousOkAt: state.okAt,
      previousAttemptAt: state.attemptAt,
      silentInstances: [...new Set(observation.silentInstances)].toSorted(),
    }
    if (startedAt === state.attemptAt) return { status: 'duplicate', mark, changes: [], silentSessions: [] }
    if (state.finishedAt !== null && startedAt < state.finishedAt)
      return { status: 'stale', mark, changes: [], silentSessions: [] }
    const changes: Change[] =
      state.outcome === outcome ? [] : [{ type: 'outcome', before: state.outcome, after: outcome }]
    state.outcome = outcome
    state.attemptAt = startedAt
    state.finishedAt = finishedAt
    if (outcome !== 'ok' && outcome !== 'incomplete') return { status: 'recorded', mark, changes, silentSessions: [] }
    const reading = new Reading(observation, state.memory)
    const read = readRows(state, reading, observation, localAddresses ?? NO_ADDRESSES)
    state.memory = reading.remembered()
    if (outcome === 'ok') state.okAt = startedAt
    return { status: 'recorded', mark, changes: [...changes, ...read.changes], silentSessions: read.silentSessions }
  }

  /** By source and kind of sessions: start of its last good poll. */
  lastGoodPollAt(scopes: readonly string[]): Record<string, EpochMs> {
    return Object.fromEntries(
      [...this.stored.values()].flatMap(({ scope, subresource, kind, okAt }) =>
        (kind === 'peers' || kind === 'summary') && okAt !== null && scopes.includes(scope)
          ? [[polledKey(scope, subresource, kind), okAt]]
          : [],
      ),
    )
  }

  /** Resources that are listed now. */
  listed(): ResourceRow[] {
    return [...this.stored.values()].flatMap(({ inventory }) => [...inventory.known.values()].map(({ row }) => row))
  }

  /** @returns `okAt`: start of the last good poll; null = there was none */
  tables(): { scope: string; subresource: string; kind: 'learned' | 'tables'; routes: Routes; okAt: EpochMs | null }[] {
    return [...this.stored.values()].flatMap(({ scope, subresource, kind, routes, okAt }) =>
      kind === 'learned' || kind === 'tables' ? [{ scope, subresource, kind, routes, okAt }] : [],
    )
  }

  /** Addresses with which a gateway ever had a session of this ASN. */
  neighbors(gateway: string, asn: number): string[] {
    return [...this.stored.values()]
      .filter(({ scope, kind }) => scope === gateway && kind === 'peers')
      .flatMap(({ sessions }) => sessions.neighborsOf(asn))
  }
}

function blank(scope: string, subresource: string, kind: Observation['kind']): Stored {
  return {
    scope,
    subresource,
    kind,
    memory: NOTHING_READ,
    okAt: null,
    attemptAt: null,
    finishedAt: null,
    outcome: null,
    sessions: new Sessions(),
    routes: new Routes(),
    arp: new Arp(),
    counters: new Counters(),
    inventory: new Inventory(),
  }
}

function readRows(
  state: Stored,
  reading: Reading,
  observation: Observation,
  local: ByFamily,
): Pick<Noted, 'changes' | 'silentSessions'> {
  const only = (changes: Change[]) => ({ changes, silentSessions: [] })
  switch (observation.kind) {
    case 'peers':
    case 'summary':
      return state.sessions.record(reading, observation, local)
    case 'learned':
    case 'advertised':
    case 'tables':
    case 'effective':
      return only(state.routes.record(reading, observation))
    case 'arp':
      return only(state.arp.record(reading, observation))
    case 'stats':
      return only(state.counters.record(reading, observation))
    case 'inventory':
      return only(state.inventory.record(reading, observation))
    default:
      return only([])
  }
}
