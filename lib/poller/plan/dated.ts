import { CLOCK_TOLERANCE_MS, type EpochMs, type Observation } from '#lib/contract/index.ts'
import { pollWithoutRows } from '../poll/poll-without-rows.ts'

/** Readings of the clock that dates polls, before and after the database's clock was read. */
interface ClockReadings {
  before: EpochMs
  database: EpochMs
  after: EpochMs
}

/**
 * Returns by how many milliseconds a poll, or the clock that dates it, is ahead of the database's clock; negative =
 * behind; 0 = within the tolerance. Only the clock itself can be behind, because a poll may be old simply because it
 * had to wait.
 */
export function clockOffsetMs({ startedAt, finishedAt }: Dates, { before, database, after }: ClockReadings): number {
  const ahead = Math.max(startedAt, finishedAt, before) - database
  if (ahead > CLOCK_TOLERANCE_MS) return ahead
  return after - database < -CLOCK_TOLERANCE_MS ? after - database : 0
}

type Dates = Pick<Observation, 'startedAt' | 'finishedAt'>

/**
 * Returns a replacement for a poll that was dated by a wrong clock. It records only that the poll took place, at the
 * database's time; all other data is dropped.
 * @param offMs result of {@link clockOffsetMs}
 */
export function replaceWronglyDatedPoll({ target, kind }: Observation, database: EpochMs, offMs: number): Observation {
  const at = Math.floor(database)
  const seconds = Math.round(Math.abs(offMs) / 1_000)
  return pollWithoutRows({ target, kind, startedAt: at, finishedAt: at }, 'clock', {
    code: 'CLOCK',
    detail: `The worker’s clock is ${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} the database’s: nothing that it dates is recorded.`,
  })
}
