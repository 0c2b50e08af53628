import type { PoolClient } from 'pg'
import { selectAddressForNeighbor, type ByFamily } from '#lib/bgp/index.ts'
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
  bringNextTablesForward,
  type Completion,
  completeInTransaction,
  expedite,
  type Lease,
  canBringForward,
} from '#lib/platform/leases/index.ts'
import { CHANGES, notifyListeners } from '#lib/platform/notifications/index.ts'
import { inSpan, runInSpan, type Span } from '#lib/platform/tracing.ts'
import { clockOffsetMs, replaceWronglyDatedPoll } from '../plan/dated.ts'
import { detect } from '../detection/detect.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import { type IncidentsChanged, withIncidentTracking } from '../detection/incidents-changed.ts'
import { postgresStore } from '../detection/store.ts'
import { FIRST_KINDS } from '../plan/phase.ts'
import { topicsOf } from './topics.ts'

export interface PollResult {
  lease: Lease
  observation: Observation
  /** short ID of the resource */
  scope: string
  /** kind `summary`: the MSEE's addresses on this path */
  localAddresses: ByFamily | null
  /** seconds from when this poll was due to when the next poll is due */
  everySeconds: number
  /** earliest start of the next poll; null = determined by the interval */
  notBefore: EpochMs | null
  /** duration until the response; absent or null = not measured */
  ranSeconds?: number | null
  /** whether faster polling of this source ends */
  endsBurst: boolean
  /** other polls that this poll requests immediately */
  asksFor: readonly { sourceId: number; kinds: readonly string[] }[]
  /**
   * other polls that are due one interval of the resource's sessions later, if routes were added, removed or changed
   */
  asksForIfRoutesChanged?: readonly { sourceId: number; kinds: readonly string[] }[]
  /** whether a session's prefixes, messages or state changed, even if history does not store it as a change */
  sessionsChanged: boolean
  /** cached topology of the estate */
  estate: TopologyCache
  /** called if incidents may have changed; absent = no listener */
  incidentsChanged?: IncidentsChanged | undefined
  /** clock that dated the poll, for comparison with the database's clock; absent = a simulated clock */
  datedBy?: Pick<Clock, 'now'> | undefined
  /** span of the poll, for a commit that combines several polls; absent = the caller's span */
  trace?: Span
}

export interface Committed {
  status: Recorded['status'] | 'superseded' | 'clock'
  changes: Recorded['changes']
  /** events that are new or have a new version */
  events: DetectedEvent[]
  /**
   * `left`: data for comparison with the next poll; `state`: detection's state of the source. Absent = the value must
   * be read from the database.
   */
  left?: LastPoll | undefined
  state?: PeekedState | undefined
}

/** Error that rolls back the transaction after the lease was lost. */
class LeaseLost extends Error {}

/**
 * Writes all results of a poll in one transaction: intervals, coverage, events, detection's state, the next due time
 * and the notification. A poll whose lease went to another worker writes nothing (`superseded`).
 * @param last route table of the previous poll under this lease; absent = unknown
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
  // this must be first, because it locks the lease's row, so that no other worker can take the lease during the write
  const database = await completeInTransaction(client, completionOf(result))
  if (database === null) throw new LeaseLost()
  const offMs =
    before === undefined ? 0 : clockOffsetMs(result.observation, { before, database, after: datedBy?.now() ?? 0 })
  const observation = offMs === 0 ? result.observation : replaceWronglyDatedPoll(result.observation, database, offMs)
  await bringTablesForward(client, [{ ...result, observation }])
  const { status, changes, events, left, state } = await recordPoll(client, lease.sourceId, observation, {
    intervalSeconds: lease.everySeconds,
    localAddresses,
    last,
    estate: result.estate,
    incidentsChanged: result.incidentsChanged,
    // rows of the schedule are locked before detection's state, so that a transaction that holds that state never waits
    // for the schedule
    beforeDetection: async (changes) => {
      const areChanged = changes.some(({ type }) => type === 'route')
      for (const { sourceId, kinds } of result.asksFor) await expedite(client, sourceId, kinds)
      // these polls wait for one session interval, because immediate polls would delay the session polls that show
      // whether the change continues
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

/**
 * Makes route table polls of gateways due early after a successful session poll, if the intervals allow it. This
 * happens in the transaction in which the session polls ended.
 */
export async function bringTablesForward(client: PoolClient, ended: readonly PollResult[]): Promise<void> {
  const resources = ended.flatMap(({ observation, lease: { kind, resource, firstSeconds, tableSeconds } }) => {
    const isSession = FIRST_KINDS.includes(kind as PollKind) && observation.outcome === 'ok'
    if (!isSession || resource === null || firstSeconds === null || tableSeconds === null) return []
    return canBringForward(tableSeconds, firstSeconds) ? [resource] : []
  })
  if (resources.length > 0) await bringNextTablesForward(client, resources, FIRST_KINDS)
}

/** Returns the notification of a recorded poll; null if there is none. */
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
 * Records a poll in history and runs detection in the caller's transaction. A worker's poll, which also has a lease and
 * listeners, and a poll of a simulated past both use it.
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
  const localAddress = (neighbor: string) => (localAddresses ? selectAddressForNeighbor(neighbor, localAddresses) : '')
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
  const events = await inSpan('detect', {}, () => detect(withIncidentTracking(store, written), recorded))
  if (written.size > 0) await incidentsChanged?.(client, [...written], mark.finishedAt)
  return { status, changes, events, left, state }
}
