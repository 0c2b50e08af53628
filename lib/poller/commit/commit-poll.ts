import type { PoolClient } from 'pg'
import { addressFor, type ByFamily } from '#lib/bgp/index.ts'
import type { DetectedEvent, EpochMs, Observation, PollKind, StreamChange } from '#lib/contract/index.ts'
import {
  type LastPoll,
  type LastTable,
  type PeekedState,
  pollDigest,
  type Recorded,
  type RecordedPoll,
  type RecordKnownOptions,
  recordObservation,
} from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  bringForward,
  type Completion,
  completeInTransaction,
  expedite,
  type Lease,
  mayComeEarly,
} from '#lib/platform/leases/index.ts'
import { CHANGES, notifyListeners } from '#lib/platform/notifications/index.ts'
import { inSpan, runInSpan, type Span } from '#lib/platform/tracing.ts'
import { aheadMs, undated } from '../plan/dated.ts'
import { detect } from '../detection/detect.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import { type IncidentsChanged, notingIncidents } from '../detection/incidents-changed.ts'
import { postgresStore } from '../detection/store.ts'
import { FIRST_KINDS } from '../plan/phase.ts'
import { topicsOf } from './topics.ts'

export interface PollResult {
  lease: Lease
  observation: Observation
  /** short id of the resource */
  scope: string
  /** kind `summary`: the MSEE's addresses on this path */
  localAddresses: ByFamily | null
  /** seconds from when this poll was due to when the next one is */
  everySeconds: number
  /** the next poll starts no sooner; null = the interval decides */
  notBefore: EpochMs | null
  /** how long the answer took; none = there was nothing to measure */
  ranSeconds?: number | null
  /** whether faster polls of this source end */
  endsBurst: boolean
  /** other polls that this one asks for, due at once */
  asksFor: readonly { sourceId: number; kinds: readonly string[] }[]
  /** the same, due in an interval of the resource's sessions, if routes came, went or changed */
  asksForIfRoutesChanged?: readonly { sourceId: number; kinds: readonly string[] }[]
  /** a session's prefixes, messages or state moved, whether or not history keeps that as a change */
  sessionsChanged: boolean
  /** what is known of how the estate hangs together */
  estate: TopologyCache
  /** absent = nobody listens */
  incidentsChanged?: IncidentsChanged | undefined
  /** what dated it, to be compared with the database's; absent = a clock of its own, as of a past that is made */
  datedBy?: Pick<Clock, 'now'> | undefined
  /** what the work for it belongs to, whoever's commit it is gathered into; absent = the caller's */
  trace?: Span
}

export interface Committed {
  status: Recorded['status'] | 'superseded' | 'clock'
  changes: Recorded['changes']
  /** new, or in a later version */
  events: DetectedEvent[]
  /** what the next poll is compared with, and what detection remembers of the source; absent = to be read */
  left?: LastPoll | undefined
  state?: PeekedState | undefined
}

/** Thrown inside the transaction to undo it. */
class LeaseLost extends Error {}

/**
 * Everything that a poll leaves behind, in one transaction: intervals, coverage, events, detection's state, the next due
 * time and the notification. Either all of it is there or nothing is. A poll whose lease went to another worker leaves
 * nothing (`superseded`).
 * @param last the route table that the poll under the lease before this one has left; absent = unknown
 */
export async function commitPoll(db: Database, result: PollResult, last?: LastTable | null): Promise<Committed> {
  const { trace } = result
  const commit = () => db.transaction((client) => write(client, result, last ?? null))
  try {
    return await (trace ? runInSpan(trace, commit) : commit())
  } catch (error) {
    if (error instanceof LeaseLost) return { status: 'superseded', changes: [], events: [] }
    throw error
  }
}

async function write(client: PoolClient, result: PollResult, last: LastTable | null): Promise<Committed> {
  const { lease, localAddresses, datedBy } = result
  const before = datedBy?.now()
  // first of all: it locks the lease's row, so that nobody can take the lease while this is being written
  const database = await completeInTransaction(client, completionOf(result))
  if (database === null) throw new LeaseLost()
  const offMs = before === undefined ? 0 : aheadMs(result.observation, { before, database, after: datedBy?.now() ?? 0 })
  const observation = offMs === 0 ? result.observation : undated(result.observation, database, offMs)
  await bringTablesForward(client, [{ ...result, observation }])
  const { status, changes, events, left, state } = await recordPoll(client, lease.sourceId, observation, {
    intervalSeconds: lease.everySeconds,
    localAddresses,
    last,
    estate: result.estate,
    incidentsChanged: result.incidentsChanged,
    // rows of the timetable are locked before detection's memory: whoever holds that waits for no timetable
    beforeDetection: async (changes) => {
      const areChanged = changes.some(({ type }) => type === 'route')
      for (const { sourceId, kinds } of result.asksFor) await expedite(client, sourceId, kinds)
      // at once, each would hold up the polls that see whether it goes on
      if (areChanged)
        for (const { sourceId, kinds } of result.asksForIfRoutesChanged ?? [])
          await expedite(client, sourceId, kinds, lease.firstSeconds ?? 0)
    },
  })
  if (status !== 'recorded') return { status, changes: [], events: [] }
  const payload = changeOfPoll({ ...result, observation }, { changes, events: events.length })
  if (payload !== null) await notifyListeners(client, CHANGES, payload)
  const recorded = { changes, events, left: left && { ...left, digest: pollDigest(observation) }, state }
  return { status: observation.outcome === 'clock' ? 'clock' : status, ...recorded }
}

export function completionOf({ lease, everySeconds, notBefore, ranSeconds, endsBurst }: PollResult): Completion {
  return { ...lease, everySeconds, notBefore, ranSeconds: ranSeconds ?? null, endsBurst }
}

/** After polls have ended in their transaction: tables of gateways that are read early, after a session that was. */
export async function bringTablesForward(client: PoolClient, ended: readonly PollResult[]): Promise<void> {
  const resources = ended.flatMap(({ observation, lease: { kind, resource, firstSeconds, tableSeconds } }) => {
    const isSession = FIRST_KINDS.includes(kind as PollKind) && observation.outcome === 'ok'
    if (!isSession || resource === null || firstSeconds === null || tableSeconds === null) return []
    return mayComeEarly(tableSeconds, firstSeconds) ? [resource] : []
  })
  if (resources.length > 0) await bringForward(client, resources, FIRST_KINDS)
}

/** What a recorded poll publishes; null = nothing. */
export function changeOfPoll(
  { observation, scope, sessionsChanged }: PollResult,
  recorded: { changes: Recorded['changes']; events: number },
): string | null {
  const { topics, countersOnly } = topicsOf(observation, { ...recorded, sessionsChanged })
  if (topics.length === 0) return null
  const at = new Date(observation.finishedAt).toISOString()
  return JSON.stringify({ topics, scope, at, ...(countersOnly && { countersOnly }) } satisfies StreamChange)
}

/**
 * What a poll leaves in history and in detection, in the caller's transaction: the same for a worker's poll, which has a lease
 * and an audience beside it, and for one of a past that is made at virtual time.
 */
export async function recordPoll(
  client: PoolClient,
  sourceId: number,
  observation: Observation,
  options: RecordKnownOptions & {
    estate?: TopologyCache
    beforeDetection?: (changes: Recorded['changes']) => Promise<void>
    incidentsChanged?: IncidentsChanged | undefined
  },
): Promise<Pick<RecordedPoll, 'status' | 'changes' | 'left'> & Pick<Committed, 'events' | 'state'>> {
  const { estate, beforeDetection, incidentsChanged, ...recording } = options
  const poll = await recordObservation(client, sourceId, observation, recording)
  const { status, mark, changes, silentSessions, evaluated, left } = poll
  if (status !== 'recorded') return { status, changes: [], events: [] }
  await beforeDetection?.(changes)
  const { localAddresses } = options
  const localAddress = (neighbor: string) => (localAddresses ? addressFor(neighbor, localAddresses) : '')
  const everyMs = options.intervalSeconds * 1_000
  const recorded = {
    sourceId,
    mark,
    changes,
    silentSessions,
    observation: evaluated,
    localAddress,
    everyMs,
    book: estate ?? null,
  }
  const written = new Set<string>()
  let state: PeekedState | undefined
  const store = postgresStore(client, (peeked) => {
    state = peeked
  })
  const events = await inSpan('detect', {}, () => detect(notingIncidents(store, written), recorded))
  if (written.size > 0) await incidentsChanged?.(client, [...written], mark.finishedAt)
  return { status, changes, events, left, state }
}
