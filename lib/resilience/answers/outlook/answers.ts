import { type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { getReaderAudience } from '#lib/history/index.ts'
import { formatSpan } from '#lib/notify/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  buildFreshnessFields,
  findSupportingPolls,
  getSqlExecutor,
  readSources,
} from '#lib/questions/index.ts'
import {
  hasSignificantEffect,
  formatUnreadNotices,
  type MaintenanceLossForecastInterval,
  type ResilienceEndpointResponse,
} from '../../api/index.ts'
import { countUnreadNotices, readStoredOutlook } from '../../store/index.ts'
import type { StoredMaintenanceOutlookBody } from './outlook-body.ts'

/** Length of the time from now for which announced maintenance is evaluated, in milliseconds. */
export const OUTLOOK_PERIOD_MS = 28 * MS_PER_DAY

/**
 * Returns which losses the maintenance of the next four weeks will cause. The result was computed in the background.
 */
export async function getOutlook(
  db: ReadableDatabase,
  _parameters: object = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'outlook'>> {
  const q = getSqlExecutor(db)
  const data = await readOutlook(q, now)
  return {
    data,
    ...buildFreshnessFields(
      findSupportingPolls(await readSources(q), forwardingTablePollKinds, now),
      now,
      data.checkedAt ?? now,
    ),
  }
}

async function readOutlook(q: SqlExecutor, now: EpochMs): Promise<ResilienceEndpointResponse<'outlook'>['data']> {
  const stored = await readStoredOutlook(q, getReaderAudience(q))
  const body = (stored?.body ?? { windows: [], intervals: [], notComputed: 0 }) as StoredMaintenanceOutlookBody
  const isAhead = ({ to }: { to: string }) => Date.parse(to) > now
  return {
    computedAt: stored?.computedAt ?? null,
    checkedAt: stored?.checkedAt ?? null,
    to: now + OUTLOOK_PERIOD_MS,
    windows: body.windows.filter(isAhead),
    intervals: body.intervals.filter(isAhead),
    unreadNotices: await countUnreadNotices(q),
    notComputed: body.notComputed,
  }
}

/**
 * Returns the times of announced maintenance that have a significant effect, and that are ongoing or begin within
 * `withinMs` from now. Null = not computed yet.
 */
export async function readUpcomingLossIntervals(
  q: SqlExecutor,
  now: EpochMs,
  withinMs: number,
): Promise<MaintenanceLossForecastInterval[] | null> {
  const { computedAt, intervals } = await readOutlook(q, now)
  if (computedAt === null) return null
  return intervals.filter((one) => hasSignificantEffect(one) && Date.parse(one.from) < now + withinMs)
}

const MAX_WORDS = 12
/**
 * Returns texts about the times of announced maintenance that cause a loss, for a mail. They are in UTC, for example
 * `Thu 2026-11-26 02:00-04:00 UTC erc-lon maintenance: 14 prefixes cut off`.
 */
export async function formatUpcomingLosses(db: ReadableDatabase, now: EpochMs, withinMs: number): Promise<string[]> {
  const q = getSqlExecutor(db)
  const found = (await readUpcomingLossIntervals(q, now, withinMs)) ?? []
  const unread = await countUnreadNotices(q)
  const words = found.slice(0, MAX_WORDS).map(({ from, to, summary }) => `${formatSpan(from, to)} ${summary}`)
  return [
    ...words,
    ...(found.length > MAX_WORDS ? [`${found.length - MAX_WORDS} more in the weeks ahead`] : []),
    ...(unread > 0 ? [formatUnreadNotices(unread)] : []),
  ]
}
