import type { PoolClient } from 'pg'
import { selectAddressForNeighbor, type ValueByAddressFamily } from '#lib/bgp/index.ts'
import type { DetectedEvent, EpochMs, PollObservation, PollKind, StreamChange } from '#lib/contract/index.ts'
import {
  type LastPollStateInMemory,
  type LastRouteTableDigest,
  type UnlockedDetectionState,
  computePollDigest,
  type RecordingResult,
  type RecordedPoll,
  type RecordKnownOptions,
  recordObservation,
} from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  bringNextTablesForward,
  type PollLeaseCompletion,
  completeInTransaction,
  expeditePolls,
  type PollLease,
  canBringForward,
} from '#lib/platform/leases/index.ts'
import { CHANGES_NOTIFY_CHANNEL, sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import { runInNewSpan, runInSpan, type TraceSpan } from '#lib/platform/tracing.ts'
import { computeClockOffsetMs, replaceWronglyDatedPoll } from '../plan/poll-dates.ts'
import { runDetection } from '../detection/run-detection.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import { type HandleChangedIncidents, withIncidentTracking } from '../detection/track-changed-incidents.ts'
import { createPostgresStore } from '../detection/detection-store.ts'
import { SESSION_POLL_KINDS } from '../plan/schedule-positions.ts'
import { listChangedTopics } from './changed-topics.ts'

export interface UncommittedPollResult {
  lease: PollLease
  observation: PollObservation
  /** Short id of the polled resource. */
  scope: string
  /** For polls of the kind `summary`: the addresses of the Microsoft edge router (MSEE) on the polled path. */
  localAddresses: ValueByAddressFamily | null
  /** Seconds from the time at which this poll was due to the time at which the next poll is due. */
  everySeconds: number
  /** Earliest start of the next poll of this source; null = only the interval determines when the next poll is due. */
  notBefore: EpochMs | null
  /** Seconds until Azure's response was received; absent or null = not measured. */
  ranSeconds?: number | null
  /** True if the temporary faster polling of this source ends with this poll. */
  endsBurst: boolean
  /** Other polls that become due immediately because of the findings of this poll. */
  asksFor: readonly { sourceId: number; kinds: readonly string[] }[]
  /**
   * Other polls that become due if this poll found routes that were added, removed or changed. They become due later,
   * after one interval of the session polls of the same resource.
   */
  asksForIfRoutesChanged?: readonly { sourceId: number; kinds: readonly string[] }[]
  /** True if the state, prefixes or messages of a BGP session changed, even if history stores no change. */
  sessionsChanged: boolean
  /** Cached resources and connections of the estate. */
  estate: TopologyCache
  /** Called in the transaction if incidents may have changed; absent = not needed. */
  incidentsChanged?: HandleChangedIncidents | undefined
  /**
   * Clock from which the times of the poll come. It is compared with the database's clock. Absent = the clock is
   * simulated.
   */
  datedBy?: Pick<Clock, 'now'> | undefined
  /** Trace span of the poll, needed if one transaction commits several polls; absent = the current span. */
  trace?: TraceSpan
}

export interface PollCommitOutcome {
  status: RecordingResult['status'] | 'superseded' | 'clock'
  changes: RecordingResult['changes']
  /** Events that are new or were changed by this poll. */
  events: DetectedEvent[]
  /**
   * `left` is the data of this poll with which the next poll will be compared. `state` is detection's stored state of
   * the source. Absent = this process does not know the value and must read it from the database.
   */
  left?: LastPollStateInMemory | undefined
  state?: UnlockedDetectionState | undefined
}

/** Error that rolls the transaction back because another worker owns the lease now. */
class LeaseLost extends Error {}

/**
 * Writes all results of a poll in one transaction: intervals of history, coverage, events, detection's state, the next
 * due time and the notification. If another worker has taken over the lease, nothing is written, and the status is
 * `superseded`.
 * @param last route table of the previous poll; absent = this process does not know it, because another worker may have
 *   made that poll
 */
export async function commitPoll(
  db: Database,
  result: UncommittedPollResult,
  last?: LastRouteTableDigest | null,
): Promise<PollCommitOutcome> {
  const { trace } = result
  const commit = () => db.transaction((client) => write(client, result, last ?? null))
  try {
    return await (trace ? runInSpan(trace, commit) : commit())
  } catch (error) {
    if (error instanceof LeaseLost) return { status: 'superseded', changes: [], events: [] }
    throw error
  }
}

async function write(
  client: PoolClient,
  result: UncommittedPollResult,
  last: LastRouteTableDigest | null,
): Promise<PollCommitOutcome> {
  const { lease, localAddresses, datedBy } = result
  const before = datedBy?.now()
  // first end the poll in the schedule, because this locks the row of the lease. No other worker can then take the
  // lease while this poll is written.
  const database = await completeInTransaction(client, createCompletionOfPollResult(result))
  if (database === null) throw new LeaseLost()
  const offMs =
    before === undefined
      ? 0
      : computeClockOffsetMs(result.observation, { before, database, after: datedBy?.now() ?? 0 })
  const observation = offMs === 0 ? result.observation : replaceWronglyDatedPoll(result.observation, database, offMs)
  await makeTablePollsDue(client, [{ ...result, observation }])
  const { status, changes, events, left, state } = await recordPollAndRunDetection(
    client,
    lease.sourceId,
    observation,
    {
      intervalSeconds: lease.everySeconds,
      localAddresses,
      last,
      estate: result.estate,
      incidentsChanged: result.incidentsChanged,
      // Lock the rows of the schedule before detection's state, always in this order. A transaction that holds the state
      // therefore never waits for the schedule.
      beforeDetection: async (changes) => {
        const areChanged = changes.some(({ type }) => type === 'route')
        for (const { sourceId, kinds } of result.asksFor) await expeditePolls(client, sourceId, kinds)
        // due one interval of the session polls later, because the session polls show whether the change continues, and
        // an immediate poll of the tables would delay them
        if (areChanged)
          for (const { sourceId, kinds } of result.asksForIfRoutesChanged ?? [])
            await expeditePolls(client, sourceId, kinds, lease.firstSeconds ?? 0)
      },
    },
  )
  if (status !== 'recorded') return { status, changes: [], events: [] }
  const payload = formatPollChange({ ...result, observation }, { changes, events: events.length })
  if (payload !== null) await sendMessageToPostgresChannel(client, CHANGES_NOTIFY_CHANNEL, payload)
  const recorded = { changes, events, left: left && { ...left, digest: computePollDigest(observation) }, state }
  return { status: observation.outcome === 'clock' ? 'clock' : status, ...recorded }
}

export function createCompletionOfPollResult({
  lease,
  everySeconds,
  notBefore,
  ranSeconds,
  endsBurst,
}: UncommittedPollResult): PollLeaseCompletion {
  return { ...lease, everySeconds, notBefore, ranSeconds: ranSeconds ?? null, endsBurst }
}

/**
 * After a successful poll of a session, makes the next poll of the gateway's route tables due now, if its interval
 * allows an earlier poll. Runs in the transaction of the session poll.
 */
export async function makeTablePollsDue(client: PoolClient, ended: readonly UncommittedPollResult[]): Promise<void> {
  const resources = ended.flatMap(({ observation, lease: { kind, resource, firstSeconds, tableSeconds } }) => {
    const isSession = SESSION_POLL_KINDS.includes(kind as PollKind) && observation.outcome === 'ok'
    if (!isSession || resource === null || firstSeconds === null || tableSeconds === null) return []
    return canBringForward(tableSeconds, firstSeconds) ? [resource] : []
  })
  if (resources.length > 0) await bringNextTablesForward(client, resources, SESSION_POLL_KINDS)
}

/** Returns the notification about a recorded poll, as JSON text; null if nothing changed for readers of the API. */
export function formatPollChange(
  { observation, scope, sessionsChanged }: UncommittedPollResult,
  recorded: { changes: RecordingResult['changes']; events: number },
): string | null {
  const { topics, countersOnly } = listChangedTopics(observation, { ...recorded, sessionsChanged })
  if (topics.length === 0) return null
  const at = new Date(observation.finishedAt).toISOString()
  return JSON.stringify({ topics, scope, at, ...(countersOnly && { countersOnly }) } satisfies StreamChange)
}

/**
 * Writes a poll to history and runs detection, in the caller's transaction. It is used for polls of a worker and for
 * polls of a simulated past.
 */
export async function recordPollAndRunDetection(
  client: PoolClient,
  sourceId: number,
  observation: PollObservation,
  options: RecordKnownOptions & {
    estate?: TopologyCache
    beforeDetection?: (changes: RecordingResult['changes']) => Promise<void>
    incidentsChanged?: HandleChangedIncidents | undefined
  },
): Promise<Pick<RecordedPoll, 'status' | 'changes' | 'left'> & Pick<PollCommitOutcome, 'events' | 'state'>> {
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
  let state: UnlockedDetectionState | undefined
  const store = createPostgresStore(client, (peeked) => {
    state = peeked
  })
  const events = await runInNewSpan('detect', {}, () => runDetection(withIncidentTracking(store, written), recorded))
  if (written.size > 0) await incidentsChanged?.(client, [...written], mark.finishedAt)
  return { status, changes, events, left, state }
}
