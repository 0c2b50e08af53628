import { CLOCK_TOLERANCE_MS, type EpochMs, type Observation } from '#lib/contract/index.ts'
import { createPollWithoutRows } from '../poll/poll-without-rows.ts'

/**
 * Times of three clock readings in this order: the clock that gives polls their times, the database's clock, and the
 * first clock again.
 */
interface ClockReadings {
  before: EpochMs
  database: EpochMs
  after: EpochMs
}

/**
 * Returns by how many milliseconds a poll or the clock that gave it its times is ahead of the database's clock;
 * negative = behind; 0 = the clocks agree. Only the clock can be behind. An old poll does not count, because it may
 * have waited.
 */
export function computeClockOffsetMs(
  { startedAt, finishedAt }: Dates,
  { before, database, after }: ClockReadings,
): number {
  const ahead = Math.max(startedAt, finishedAt, before) - database
  if (ahead > CLOCK_TOLERANCE_MS) return ahead
  return after - database < -CLOCK_TOLERANCE_MS ? after - database : 0
}

type Dates = Pick<Observation, 'startedAt' | 'finishedAt'>

/**
 * Returns a poll without data in place of a poll whose times come from a wrong clock. It shows that the poll took
 * place, at the time of the database.
 * @param offMs result of {@link computeClockOffsetMs}
 */
export function replaceWronglyDatedPoll({ target, kind }: Observation, database: EpochMs, offMs: number): Observation {
  const at = Math.floor(database)
  const seconds = Math.round(Math.abs(offMs) / 1_000)
  return createPollWithoutRows({ target, kind, startedAt: at, finishedAt: at }, 'clock', {
    code: 'CLOCK',
    detail: `The worker’s clock is ${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} the database’s: nothing that it dates is recorded.`,
  })
}
