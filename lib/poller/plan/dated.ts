import { CLOCK_TOLERANCE_MS, type EpochMs, type Observation } from '#lib/contract/index.ts'
import { pollWithoutRows } from '../poll/poll-without-rows.ts'

/** A moment by the clock that dates polls, before and after the database's own was read. */
interface ClockReadings {
  before: EpochMs
  database: EpochMs
  after: EpochMs
}

/**
 * By how many milliseconds a poll, or the clock that dates it, is ahead of the database's clock; negative = behind; 0 = they are
 * together. A poll that lies in the past for having waited is behind by no clock: only the clock itself shows that.
 */
export function aheadMs({ startedAt, finishedAt }: Dates, { before, database, after }: ClockReadings): number {
  const ahead = Math.max(startedAt, finishedAt, before) - database
  if (ahead > CLOCK_TOLERANCE_MS) return ahead
  return after - database < -CLOCK_TOLERANCE_MS ? after - database : 0
}

type Dates = Pick<Observation, 'startedAt' | 'finishedAt'>

/**
 * What is left of a poll that a wrong clock dated: that it was, at the database's time. Nothing else of it is believed.
 * @param offMs as {@link aheadMs} says
 */
export function undated({ target, kind }: Observation, database: EpochMs, offMs: number): Observation {
  const at = Math.floor(database)
  const seconds = Math.round(Math.abs(offMs) / 1_000)
  return pollWithoutRows({ target, kind, startedAt: at, finishedAt: at }, 'clock', {
    code: 'CLOCK',
    detail: `The worker’s clock is ${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} the database’s: nothing that it dates is recorded.`,
  })
}
