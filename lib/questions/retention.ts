import type { EpochMs } from '#lib/contract/index.ts'
import { checkEnvironment, durationText } from '#lib/platform/environment.ts'
import { InvalidRequestError } from './errors.ts'
import { pinnedRange } from './range-cursor.ts'
import { iso } from './wire.ts'

/** For so long a cursor may go on with a range whose begin is no longer kept. */
const PAGING_MS = 60 * 60_000

let kept: { rawMs: number; historyMs: number } | undefined

/** What is kept for how long, in ms. Asked apart from `settings()`, which want a database's address as well. */
function retained() {
  kept ??= checkEnvironment(process.env, { root: process.cwd() }).settings.retain
  return kept
}

export const historyKeptMs = (): number => retained().historyMs
/** How long raw samples of counters are kept, in ms. */
export const samplesKeptMs = (): number => retained().rawMs

/**
 * A moment that history still covers.
 * @param name the parameter that it came in
 * @throws InvalidRequestError saying which moments are kept
 */
export function assertKept(name: string, at: EpochMs | undefined, now: EpochMs, keptMs = historyKeptMs()): void {
  if (at === undefined || at >= now - keptMs) return
  throw new InvalidRequestError(
    `${name}: history is kept for ${durationText(keptMs)} (RETAIN_HISTORY); send ${iso(now - keptMs)} or later`,
  )
}

/** How far clocks of callers may be ahead. */
const CLOCKS_MS = 60_000

/** As {@link assertKept}, of a moment that has come. @throws InvalidRequestError also for a moment that lies ahead */
export function assertPast(name: string, at: EpochMs | undefined, now: EpochMs, keptMs = historyKeptMs()): void {
  if (at !== undefined && at > now + CLOCKS_MS)
    throw new InvalidRequestError(`${name}: it lies in the future; send ${iso(now)} or earlier`)
  assertKept(name, at, now, keptMs)
}

/**
 * As `pinnedRange`, within what is kept. A range that is left to the clock begins no earlier than that.
 * @throws InvalidRequestError also when it ends before it begins
 */
export function keptRange(
  query: { from?: EpochMs | undefined; to?: EpochMs | undefined; cursor?: string | undefined },
  now: EpochMs,
  defaultLengthMs: number,
  keptMs = historyKeptMs(),
) {
  if (query.cursor === undefined) {
    assertPast('from', query.from, now, keptMs)
    assertKept('to', query.to, now, keptMs)
  }
  const to = query.to ?? now
  const range = pinnedRange(query, now, Math.max(0, Math.min(defaultLengthMs, to - (now - keptMs))))
  // anybody can write a cursor; an honest one is followed for as long as somebody turns pages
  if (query.cursor !== undefined && range.from < now - keptMs - PAGING_MS) assertKept('cursor', range.from, now, keptMs)
  if (range.from > range.to) throw new InvalidRequestError('from: it lies after to; send an earlier from')
  return range
}
