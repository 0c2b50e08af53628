import type { PoolClient } from 'pg'
import {
  type ScopeRequest,
  StaleStateError,
  type QuietPoll,
  recordQuietPolls,
  replaceDetectionStates,
  scopesToRecheck,
  unchangedDetectionStates,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { completeTogether } from '#lib/platform/leases/index.ts'
import { CHANGES, notifyAll } from '#lib/platform/notifications/index.ts'
import { together } from '#lib/platform/together.ts'
import { bringTablesForward, completionOf, type PollResult, changeOfPoll } from './commit-poll.ts'
import { clockOffsetMs } from '../plan/dated.ts'
import type { QuietDetection } from './quiet-detection.ts'

/** A finished poll that changes nothing, with the comparison data. */
export interface Gathered {
  result: PollResult
  quiet: QuietPoll
  detection: QuietDetection
}

/** Maximum number of polls in one commit, because all polls of a failed commit are repeated one by one. */
export const MAX_TOGETHER = 200
/**
 * Maximum number of metric buckets in one commit. After an outage a metric poll has the buckets of a day, and the other
 * polls wait for its commit.
 */
const MAX_BUCKETS_TOGETHER = 20_000

/** Returns how many of the waiting polls, from the first on, are committed together. */
export function howManyTogether(waiting: readonly Pick<Gathered, 'quiet'>[]): number {
  let buckets = 0
  const beyond = waiting.findIndex(({ quiet }, i) => {
    buckets += quiet.metrics?.buckets.length ?? 0
    return i > 0 && buckets > MAX_BUCKETS_TOGETHER
  })
  return Math.min(MAX_TOGETHER, beyond < 0 ? waiting.length : beyond)
}

/** The result of committing polls together. */
interface CommittedTogether {
  /** polls that were recorded; the others wrote nothing and still have their leases */
  recorded: ReadonlySet<Gathered>
  /** new version of detection's state by source, if it was replaced */
  versions: ReadonlyMap<number, string>
}

/**
 * Commits quiet polls (polls that change nothing) in one transaction, with one statement per table. Each poll is
 * protected by its own lease. A poll is left out if its lease was lost or its row is locked, if another process stored
 * the state of its source, or if its group must be evaluated again. `commitPoll` handles such a poll, because it can
 * wait and run detection.
 * @param gathered at most one poll per source that replaces its state
 * @throws StaleStateError, or the database's error; then no poll has written anything
 */
export function commitTogether(db: Database, gathered: readonly Gathered[]): Promise<CommittedTogether> {
  return db.transaction(async (client) => {
    const still = await withoutNews(client, gathered)
    const before = still.map(({ result }) => result.datedBy?.now())
    const ended = await completeTogether(
      client,
      still.map(({ result }) => completionOf(result)),
    )
    const recorded = still.filter(({ result: { observation, datedBy } }, i) => {
      const [database, since] = [ended[i] ?? null, before[i]]
      if (database === null || since === undefined || !datedBy) return database !== null
      // the common commit fails, because each poll must report its own clock problem when it is committed separately
      if (clockOffsetMs(observation, { before: since, database, after: datedBy.now() }) !== 0)
        throw new StaleStateError('clock')
      return true
    })
    await bringTablesForward(
      client,
      recorded.map(({ result }) => result),
    )
    await recordQuietPolls(
      client,
      recorded.map(({ quiet }) => quiet),
    )
    const versions = await saveStates(client, recorded)
    const payloads = recorded.flatMap(({ result }) => changeOfPoll(result, { changes: [], events: 0 }) ?? [])
    if (payloads.length > 0) await notifyAll(client, CHANGES, payloads)
    return { recorded: new Set(recorded), versions }
  })
}

/**
 * Returns the polls whose evaluation is still valid: no other process has stored the state of their sources, and no
 * group must be evaluated again.
 */
async function withoutNews(client: PoolClient, gathered: readonly Gathered[]): Promise<readonly Gathered[]> {
  const replaced = new Set(statesOf(gathered).keys())
  const peeked = new Map(
    gathered.flatMap(({ result, detection: { version } }) =>
      version === null ? [] : [[result.lease.sourceId, version] as const],
    ),
  )
  const last = new Map<string, ScopeRequest>()
  for (const asked of gathered.flatMap(({ detection }) => detection.recheck)) {
    const key = recheckKey(asked)
    last.set(key, { ...asked, at: Math.max(last.get(key)?.at ?? 0, asked.at) })
  }
  const asked = together(client)
  const [unchanged, rows] = await Promise.all([
    unchangedDetectionStates(
      asked,
      [...peeked].map(([sourceId, version]) => ({ sourceId, version, isReplaced: replaced.has(sourceId) })),
    ),
    scopesToRecheck(asked, [...last.values()]),
  ])
  const due = new Set(rows.map(recheckKey))
  return gathered.filter(
    ({ result, detection: { version, recheck } }) =>
      (version === null || (unchanged.has(result.lease.sourceId) && peeked.get(result.lease.sourceId) === version)) &&
      !recheck.some((asked) => due.has(recheckKey(asked))),
  )
}

const recheckKey = ({ scope, brings }: Pick<ScopeRequest, 'scope' | 'brings'>) => `${scope} ${brings}`

/** Returns the states that polls leave, by source. At most one poll replaces the state of a source. */
function statesOf(gathered: readonly Gathered[]): Map<number, { state: string; version: string }> {
  return new Map(
    gathered.flatMap(({ result, detection: { state, version } }) =>
      state === null || version === null ? [] : [[result.lease.sourceId, { state, version }] as const],
    ),
  )
}

async function saveStates(client: PoolClient, recorded: readonly Gathered[]): Promise<ReadonlyMap<number, string>> {
  const states = statesOf(recorded)
  if (states.size === 0) return new Map()
  const versions = await replaceDetectionStates(
    client,
    [...states].map(([sourceId, stored]) => ({ sourceId, ...stored })),
  )
  if (versions.size !== states.size) throw new StaleStateError('detection_state')
  return versions
}
