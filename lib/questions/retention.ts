import type { EpochMs } from '#lib/contract/index.ts'
import { checkEnvironment, formatDurationSetting } from '#lib/platform/environment.ts'
import { InvalidRequestError } from './errors.ts'
import { resolvePinnedRange } from './range-cursor.ts'
import { formatIso } from './iso-times.ts'

/**
 * Time in ms for which the cursor of a next page remains valid after the start of its range is no longer in the kept
 * history.
 */
const PAGING_MS = 60 * 60_000

let kept: { rawMs: number; historyMs: number } | undefined

/** Returns the retention times in ms. `settings()` is not used here, because it also requires a database URL. */
function retained() {
  kept ??= checkEnvironment(process.env, { root: process.cwd() }).settings.retain
  return kept
}

export const getHistoryRetentionMs = (): number => retained().historyMs
/** Returns the retention of raw counter samples in ms. */
export const getSampleRetentionMs = (): number => retained().rawMs

/**
 * Checks that a moment is within the kept history.
 * @param name name of the request parameter that contained the moment
 * @throws InvalidRequestError that names the earliest kept moment
 */
export function assertMomentWithinHistory(
  name: string,
  at: EpochMs | undefined,
  now: EpochMs,
  keptMs = getHistoryRetentionMs(),
): void {
  if (at === undefined || at >= now - keptMs) return
  throw new InvalidRequestError(
    `${name}: history is kept for ${formatDurationSetting(keptMs)} (RETAIN_HISTORY); send ${formatIso(now - keptMs)} or later`,
  )
}

/** Maximum time in ms by which a caller's clock may be ahead of the server. */
const CLOCKS_MS = 60_000

/**
 * Checks that a moment is in the past and within the kept history.
 * @throws InvalidRequestError as {@link assertMomentWithinHistory}, and for a moment in the future
 */
export function assertPastWithinHistory(
  name: string,
  at: EpochMs | undefined,
  now: EpochMs,
  keptMs = getHistoryRetentionMs(),
): void {
  if (at !== undefined && at > now + CLOCKS_MS)
    throw new InvalidRequestError(`${name}: it lies in the future; send ${formatIso(now)} or earlier`)
  assertMomentWithinHistory(name, at, now, keptMs)
}

/**
 * Returns the range of a query as {@link resolvePinnedRange} does, limited to the kept history. The default start is at
 * least the start of the kept history. If the request contains an earlier start, it is refused.
 * @throws InvalidRequestError also if the range ends before it begins
 */
export function resolveRangeWithinHistory(
  query: { from?: EpochMs | undefined; to?: EpochMs | undefined; cursor?: string | undefined },
  now: EpochMs,
  defaultLengthMs: number,
  keptMs = getHistoryRetentionMs(),
) {
  if (query.cursor === undefined) {
    assertPastWithinHistory('from', query.from, now, keptMs)
    assertMomentWithinHistory('to', query.to, now, keptMs)
  }
  const to = query.to ?? now
  const range = resolvePinnedRange(query, now, Math.max(0, Math.min(defaultLengthMs, to - (now - keptMs))))
  // The range in a cursor is checked as well, because a caller may write a cursor. A cursor that Peerwatch itself
  // returned remains valid for some additional time while a user reads several pages.
  if (query.cursor !== undefined && range.from < now - keptMs - PAGING_MS)
    assertMomentWithinHistory('cursor', range.from, now, keptMs)
  if (range.from > range.to) throw new InvalidRequestError('from: it lies after to; send an earlier from')
  return range
}
