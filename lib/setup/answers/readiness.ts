import type { ProcessReadiness } from '../api/index.ts'
import { readShareInTime } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { ALERTING_OVERDUE_SECONDS, readAlertingLeaseAge } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getWriteProbe } from '#lib/platform/write-probe.ts'
import { withTimeLimit } from '#lib/questions/index.ts'

/**
 * Maximum time in milliseconds for a check. A check of polls or alerting that needs longer has failed. The check of
 * writes depends instead on the time of the last successful write.
 */
const PATIENCE_MS = 1_500
const WRITTEN_WITHIN_MS = 5_000
const POLLED_WITHIN_INTERVALS = 3
const POLLED_WITHIN_SECONDS = 10
/**
 * Minimum share (0 to 1) of polls that must be on time. With a smaller share, something is wrong in general, and the
 * few polls that are on time do not prove that polling works.
 */
const MIN_POLLED_SHARE = 0.5
/**
 * Number of seconds after the start of this process in which polls are not checked, because a worker that starts at the
 * same time needs some time for its first polls.
 */
const FIRST_SECONDS = 60

/**
 * Returns whether writes, polls and alerting work. Never throws. A check of polls or alerting that cannot be completed
 * has failed; writes work if one succeeded in the last 5 seconds.
 */
export async function getReadiness(db: Database, upSeconds: number = process.uptime()): Promise<ProcessReadiness> {
  const [writes, polls, alerting] = await Promise.all([
    canWrite(db),
    holds('polls', arePolled(db.pool, upSeconds)),
    holds('alerting', isAlerting(db.pool)),
  ])
  return { writes, polls, alerting }
}

async function canWrite(db: Database): Promise<boolean> {
  const probe = getWriteProbe(db)
  await holds(
    'writes',
    probe.try().then(() => true),
  )
  return probe.ageMs < WRITTEN_WITHIN_MS
}

async function arePolled(q: SqlExecutor, upSeconds: number): Promise<boolean> {
  if (upSeconds < FIRST_SECONDS) return true
  const share = await readShareInTime(q, { intervals: POLLED_WITHIN_INTERVALS, leastSeconds: POLLED_WITHIN_SECONDS })
  return share !== null && share >= MIN_POLLED_SHARE
}

async function isAlerting(q: SqlExecutor): Promise<boolean> {
  const age = await readAlertingLeaseAge(q)
  return age !== null && age < ALERTING_OVERDUE_SECONDS
}

async function holds(what: keyof ProcessReadiness, work: Promise<boolean>): Promise<boolean> {
  try {
    return await withTimeLimit(work, PATIENCE_MS)
  } catch (error) {
    createComponentLogger('health').warn({ err: error, what }, 'readiness could not be found out')
    return false
  }
}
