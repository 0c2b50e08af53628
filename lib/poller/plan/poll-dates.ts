import { CLOCK_TOLERANCE_MS, type EpochMs, type PollObservation } from '#lib/contract/index.ts'
import { createPollWithoutRows } from '../poll/poll-without-rows.ts'

/**
 * Results of three clock readings in this order: `before` from the clock that gives polls their times, `database` from
 * the database's clock, and `after` from the first clock again.
 */
interface ClockReadings {
  before: EpochMs
  database: EpochMs
  after: EpochMs
}

/**
 * Compares the time of a poll, and the clock that gave the poll its time, with the database's clock. Returns by how
 * many milliseconds they are ahead of the database's clock; negative = behind; 0 = no significant difference. A time of
 * a poll can only be ahead. An old time of a poll is normal, because the poll may have waited.
 */
export function computeClockOffsetMs(
  { startedAt, finishedAt }: Dates,
  { before, database, after }: ClockReadings,
): number {
  const ahead = Math.max(startedAt, finishedAt, before) - database
  if (ahead > CLOCK_TOLERANCE_MS) return ahead
  return after - database < -CLOCK_TOLERANCE_MS ? after - database : 0
}

type Dates = Pick<PollObservation, 'startedAt' | 'finishedAt'>

/**
 * Returns a poll without data in place of a poll whose times come from a wrong clock. It shows that the poll took
 * place, at the time of the database.
 * @param offMs result of {@link computeClockOffsetMs}
 */
export function replaceWronglyDatedPoll(
  { target, kind }: PollObservation,
  database: EpochMs,
  offMs: number,
): PollObservation {
  const at = Math.floor(database)
  const seconds = Math.round(Math.abs(offMs) / 1_000)
  return createPollWithoutRows({ target, kind, startedAt: at, finishedAt: at }, 'clock', {
    code: 'CLOCK',
    detail: `The worker’s clock is ${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} the database’s: nothing that it dates is recorded.`,
  })
}
