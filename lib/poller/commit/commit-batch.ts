import type { PoolClient } from 'pg'
import {
  type ResourceStateRequest,
  StaleStateError,
  type UnchangedPoll,
  recordUnchangedPolls,
  replaceDetectionStates,
  findResourcesToRecheck,
  lockUnchangedDetectionStates,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { completePollsTogether } from '#lib/platform/leases/index.ts'
import { CHANGES_NOTIFY_CHANNEL, sendMessagesToPostgresChannel } from '#lib/platform/notifications/index.ts'
import { createBatchingClient } from '#lib/platform/batching-client.ts'
import {
  makeTablePollsDue,
  createCompletionOfPollResult,
  type UncommittedPollResult,
  formatPollChange,
} from './commit-poll.ts'
import { computeClockOffsetMs } from '../plan/poll-dates.ts'
import type { DetectionOfUnchangedPoll } from './quiet-detection.ts'

/** A finished poll that found nothing new, with its prepared rows and the result of detection. */
export interface UnchangedFinishedPoll {
  result: UncommittedPollResult
  quiet: UnchangedPoll
  detection: DetectionOfUnchangedPoll
}

/** Maximum number of polls in one transaction. If it fails, all of its polls are committed again one by one. */
export const MAX_POLLS_PER_COMMIT = 200
/**
 * Maximum number of metric buckets in one transaction. After an outage, a metric poll may bring the buckets of a whole
 * day, and the other polls of the transaction wait for them.
 */
const MAX_BUCKETS_TOGETHER = 20_000

/** Returns how many of the waiting polls fit into one transaction, counted from the first. */
export function countPollsForCommit(waiting: readonly Pick<UnchangedFinishedPoll, 'quiet'>[]): number {
  let buckets = 0
  const beyond = waiting.findIndex(({ quiet }, i) => {
    buckets += quiet.metrics?.buckets.length ?? 0
    return i > 0 && buckets > MAX_BUCKETS_TOGETHER
  })
  return Math.min(MAX_POLLS_PER_COMMIT, beyond < 0 ? waiting.length : beyond)
}

/** Result of committing several polls in one transaction. */
interface CommittedTogether {
  /** Polls that were written. Nothing was written for the others, and they still have their leases. */
  recorded: ReadonlySet<UnchangedFinishedPoll>
  /** New version number of detection's stored state, for each source whose state was replaced, by source id. */
  versions: ReadonlyMap<number, string>
}

/**
 * Writes several polls that found nothing new in one transaction, with one statement for each table.
 * A poll is left out in these cases: its lease was lost or is locked, another process stored a new state of its source,
 * or its group (the connected resources that are evaluated together) must be evaluated again. The caller commits such a
 * poll with `commitPoll`, which can wait for locks and run detection.
 * @param gathered the polls; at most one of them may replace the state of a source
 * @throws StaleStateError, or an error of the database; nothing is written then
 */
export function commitPollBatch(db: Database, gathered: readonly UnchangedFinishedPoll[]): Promise<CommittedTogether> {
  return db.transaction(async (client) => {
    const still = await withoutNews(client, gathered)
    const before = still.map(({ result }) => result.datedBy?.now())
    const ended = await completePollsTogether(
      client,
      still.map(({ result }) => createCompletionOfPollResult(result)),
    )
    const recorded = still.filter(({ result: { observation, datedBy } }, i) => {
      const [database, since] = [ended[i] ?? null, before[i]]
      if (database === null || since === undefined || !datedBy) return database !== null
      // let the whole transaction fail, because a wrong clock is reported by the function that commits polls separately
      if (computeClockOffsetMs(observation, { before: since, database, after: datedBy.now() }) !== 0)
        throw new StaleStateError('clock')
      return true
    })
    await makeTablePollsDue(
      client,
      recorded.map(({ result }) => result),
    )
    await recordUnchangedPolls(
      client,
      recorded.map(({ quiet }) => quiet),
    )
    const versions = await saveStates(client, recorded)
    const payloads = recorded.flatMap(({ result }) => formatPollChange(result, { changes: [], events: 0 }) ?? [])
    if (payloads.length > 0) await sendMessagesToPostgresChannel(client, CHANGES_NOTIFY_CHANNEL, payloads)
    return { recorded: new Set(recorded), versions }
  })
}

/**
 * Returns the polls whose evaluation is still valid. An evaluation is not valid if another process stored a new state
 * of the source, or if the group of the source must be evaluated again.
 */
async function withoutNews(
  client: PoolClient,
  gathered: readonly UnchangedFinishedPoll[],
): Promise<readonly UnchangedFinishedPoll[]> {
  const replaced = new Set(statesOf(gathered).keys())
  const peeked = new Map(
    gathered.flatMap(({ result, detection: { version } }) =>
      version === null ? [] : [[result.lease.sourceId, version] as const],
    ),
  )
  const last = new Map<string, ResourceStateRequest>()
  for (const asked of gathered.flatMap(({ detection }) => detection.recheck)) {
    const key = recheckKey(asked)
    last.set(key, { ...asked, at: Math.max(last.get(key)?.at ?? 0, asked.at) })
  }
  const asked = createBatchingClient(client)
  const [unchanged, rows] = await Promise.all([
    lockUnchangedDetectionStates(
      asked,
      [...peeked].map(([sourceId, version]) => ({ sourceId, version, isReplaced: replaced.has(sourceId) })),
    ),
    findResourcesToRecheck(asked, [...last.values()]),
  ])
  const due = new Set(rows.map(recheckKey))
  return gathered.filter(
    ({ result, detection: { version, recheck } }) =>
      (version === null || (unchanged.has(result.lease.sourceId) && peeked.get(result.lease.sourceId) === version)) &&
      !recheck.some((asked) => due.has(recheckKey(asked))),
  )
}

const recheckKey = ({ scope, brings }: Pick<ResourceStateRequest, 'scope' | 'brings'>) => `${scope} ${brings}`

/** Returns the new states of detection by source id. Each source has at most one. */
function statesOf(gathered: readonly UnchangedFinishedPoll[]): Map<number, { state: string; version: string }> {
  return new Map(
    gathered.flatMap(({ result, detection: { state, version } }) =>
      state === null || version === null ? [] : [[result.lease.sourceId, { state, version }] as const],
    ),
  )
}

async function saveStates(
  client: PoolClient,
  recorded: readonly UnchangedFinishedPoll[],
): Promise<ReadonlyMap<number, string>> {
  const states = statesOf(recorded)
  if (states.size === 0) return new Map()
  const versions = await replaceDetectionStates(
    client,
    [...states].map(([sourceId, stored]) => ({ sourceId, ...stored })),
  )
  if (versions.size !== states.size) throw new StaleStateError('detection_state')
  return versions
}
