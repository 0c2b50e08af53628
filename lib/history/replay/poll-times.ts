import type { CoverageRow } from '../types/sources.ts'
import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'

/**
 * A coverage interval: consecutive polls of a (source, kind) with one outcome. The times of the polls in it are not
 * stored.
 */
export interface StoredCoverageInterval
  extends Pick<CoverageRow, 'from' | 'to' | 'polls' | 'outcome' | 'silentInstances'> {
  lastStartedAt: EpochMs
}

/**
 * Times that are known because stored intervals contain them: starts and ends of single polls, and the bounds of
 * changes. No further poll took place between the two bounds of a change.
 */
export interface KnownPollTimes {
  starts: readonly EpochMs[]
  ends: readonly EpochMs[]
  changes: readonly TimestampBounds[]
}

export interface PollTime {
  startedAt: EpochMs
  finishedAt: EpochMs
}

/**
 * Returns the times of the polls of a coverage interval. A start or end that is a bound of a stored change is exact.
 * The other polls, up to the counted number, are placed evenly between the exact ones, but not within the bounds of a
 * change. Polls never overlap.
 */
export function computePollTimes(interval: StoredCoverageInterval, known: KnownPollTimes): PollTime[] {
  const lengthMs = Math.max(1, interval.to - interval.lastStartedAt)
  const exact = exactTimes(interval, known, lengthMs)
  const stepMs = interval.polls > 1 ? (interval.lastStartedAt - interval.from) / (interval.polls - 1) : Infinity
  const changes = known.changes.filter(({ earliest, latest }) => earliest < interval.to && latest > interval.from)
  let uncounted = Math.max(0, interval.polls - exact.length)
  return exact.flatMap((poll, i) => {
    const next = exact[i + 1]
    if (!next) return [poll]
    const missing = Math.min(uncounted, Math.max(0, Math.round((next.startedAt - poll.startedAt) / stepMs) - 1))
    uncounted -= missing
    return [poll, ...between(poll, next, missing, Math.min(lengthMs, stepMs), changes)]
  })
}

/**
 * Returns the polls of which the start or the end is known, in the order of time. The other time is estimated from the
 * duration of the last poll.
 */
function exactTimes(interval: StoredCoverageInterval, known: KnownPollTimes, lengthMs: number): PollTime[] {
  const starts = within(known.starts, interval.from, interval.lastStartedAt, [interval.from, interval.lastStartedAt])
  const ends = within(known.ends, interval.from + 1, interval.to, [interval.to])
  const marks = [
    ...starts.map((at) => ({ at, isStart: true })),
    ...ends.map((at) => ({ at, isStart: false })),
    // if a poll ends at the moment at which the next one begins, its end comes first
  ].toSorted((a, b) => a.at - b.at || Number(a.isStart) - Number(b.isStart))
  const polls: PollTime[] = []
  for (let i = 0; i < marks.length; i += 1) {
    const mark = marks[i]
    const next = marks[i + 1]
    if (!mark) continue
    const lastEnd = polls.at(-1)?.finishedAt ?? interval.from
    if (!mark.isStart) {
      polls.push({ startedAt: Math.max(lastEnd, mark.at - lengthMs), finishedAt: mark.at })
    } else if (next && !next.isStart && !isChange(mark.at, next.at, known)) {
      polls.push({ startedAt: mark.at, finishedAt: next.at })
      i += 1
    } else {
      polls.push({ startedAt: mark.at, finishedAt: Math.min(mark.at + lengthMs, next?.at ?? Infinity) })
    }
  }
  return polls
}

/**
 * Reports whether a start and the end that follows it are the bounds of a change. In this case they belong to two
 * polls, the last poll with the old value and the first with the new value. Otherwise they are the start and end of the
 * same poll.
 */
const isChange = (start: EpochMs, end: EpochMs, { changes }: KnownPollTimes) =>
  changes.some(({ earliest, latest }) => earliest === start && latest === end)

/** Returns the polls that are missing between two polls, placed evenly, but not within the bounds of a change. */
function between(
  poll: PollTime,
  next: PollTime,
  missing: number,
  lengthMs: number,
  changes: readonly TimestampBounds[],
): PollTime[] {
  const distance = next.startedAt - poll.startedAt
  return Array.from({ length: missing }, (_, i): PollTime => {
    const startedAt = poll.startedAt + ((i + 1) * distance) / (missing + 1)
    return { startedAt: Math.round(startedAt), finishedAt: Math.round(startedAt + lengthMs) }
  }).filter(
    ({ startedAt, finishedAt }) =>
      startedAt >= poll.finishedAt &&
      finishedAt <= next.startedAt &&
      !changes.some(({ earliest, latest }) => startedAt > earliest && finishedAt < latest),
  )
}

function within(times: readonly EpochMs[], from: EpochMs, to: EpochMs, more: readonly EpochMs[]): EpochMs[] {
  return [...new Set([...times.filter((at) => at >= from && at <= to), ...more])]
}
