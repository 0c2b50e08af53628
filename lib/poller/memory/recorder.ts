/**
 * Stands in for history where polls are folded and not kept (back-tests, scenarios at virtual time): the marks and changes that
 * the same polls leave there, without a database. `lab/corpus/recorder.db.test.ts` holds it against history itself.
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
import { type LastGoodPoll, type Pace, paceAfter, usualIntervalMs } from '#lib/history/index.ts'
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
  pace: Pace
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
  private readonly intervals = new Map<string, number>()

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
    state.pace = paceAfter(state.pace, startedAt, finishedAt - startedAt)
    if (outcome !== 'ok' && outcome !== 'incomplete') return { status: 'recorded', mark, changes, silentSessions: [] }
    const reading = new Reading(observation, state.memory)
    const read = readRows(state, reading, observation, localAddresses ?? NO_ADDRESSES)
    state.memory = reading.remembered()
    if (outcome === 'ok') state.okAt = startedAt
    return { status: 'recorded', mark, changes: [...changes, ...read.changes], silentSessions: read.silentSessions }
  }

  /** How often the polls of a source are meant to be made, for the answers below. */
  noteInterval({ scope, subresource, kind }: PollMark, everyMs: number): void {
    this.intervals.set(polledKey(scope, subresource, kind), everyMs)
  }

  /** By `scope subresource kind`: the last good poll of each source of some scopes. */
  lastGoodPolls(scopes: readonly string[]): Record<string, LastGoodPoll> {
    return Object.fromEntries(
      [...this.stored.values()].flatMap(({ scope, subresource, kind, okAt, memory: { readAt }, pace }) => {
        if (readAt === null || !scopes.includes(scope)) return []
        const key = polledKey(scope, subresource, kind)
        return [[key, { at: okAt, readAt, everyMs: usualIntervalMs(pace, this.intervals.get(key) ?? 0) }]]
      }),
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
    pace: { starts: [], durations: [] },
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
