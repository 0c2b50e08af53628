import type { Database } from '#lib/platform/database.ts'
import { fasterClock } from './faster-clock.ts'
import { type BaseIntervals, baseIntervals, setSpeed } from './interval-speed.ts'
import { readTimetable } from './timetable.ts'

const DAY_SECONDS = 86_400

/** Of the demo, which polls every 5 s: a product that is left alone polls at these. */
const DEFAULT_INTERVALS = {
  POLL_SESSIONS_EVERY: '60s',
  POLL_CIRCUITS_EVERY: '60s',
  POLL_ROUTES_EVERY: '5m',
  POLL_METRICS_EVERY: '5m',
  POLL_ACTIVITY_EVERY: '5m',
  POLL_INVENTORY_EVERY: '10m',
}
/** The timetable is written again once in an inventory interval: as configured, and not as this bench has it. */
const RARELY_PLANNED = '24h'
const INVENTORY_SECONDS = 600

/** It goes faster where so much of what is asked for is polled, and slower below the other. */
const SHARE = { faster: 0.9, slower: 0.75 }
const FASTER = 1.3
const SLOWER = 0.7

/** How days are made to fit into hours. */
export interface Pace {
  /** for the head of the picture */
  says: string
  /** of all processes, the database's too */
  environment: Record<string, string>
  /** of the product */
  intervals: Record<string, string>
  /** From now on it goes at its speed. */
  begin(db: Database): Promise<void>
  /** Days since it began, as the product counts them. */
  days(db: Database): Promise<number>
  /** How many times as fast it goes now. */
  speed(): number
  /** Goes as fast as the product keeps up with. @param share of the polls that were asked for since the last time, how many were made */
  adapt(db: Database, share: number): Promise<void>
}

/** All clocks and timers run faster, while what is computed takes as long as ever. @param file that the speed is written to */
export function byClock(speed: number, file: string): Pace {
  const clock = fasterClock(file)
  let from: number | null = null
  return {
    says: `all clocks at ${speed} times the speed`,
    environment: clock.environment,
    intervals: DEFAULT_INTERVALS,
    begin: async () => clock.run(speed),
    async days(db) {
      const { rows } = await db.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
      const now = rows[0]?.now.getTime() ?? 0
      from ??= now
      return (now - from) / 1_000 / DAY_SECONDS
    },
    speed: () => speed,
    adapt: async () => {},
  }
}

/**
 * Clocks are as they are; each interval of the timetable is so many times shorter, so that a day's polls are made in a part of it, and a day has passed
 * when they are made. It begins with the intervals as they are, and goes faster step by step: a poll that is late has more to record, so that
 * what is late once stays late.
 */
export function byIntervals(most: number): Pace {
  let speed = 1
  let base: BaseIntervals = []
  let pollsBefore = 0
  const pollsOfDay = () => base.reduce((sum, { seconds }) => sum + DAY_SECONDS / seconds, 0)
  return {
    says: `intervals up to ${most} times shorter, answers at once`,
    // one operation at a time on a resource: at the speed of this one a circuit's own would not fit into their intervals
    environment: { PEERWATCH_SIMULATOR_AT_ONCE: 'yes' },
    intervals: { ...DEFAULT_INTERVALS, POLL_INVENTORY_EVERY: RARELY_PLANNED },
    async begin(db) {
      base = await baseIntervals(db, INVENTORY_SECONDS)
      pollsBefore = (await readTimetable(db)).polls
      await setSpeed(db, base, speed)
    },
    days: async (db) => ((await readTimetable(db)).polls - pollsBefore) / pollsOfDay(),
    speed: () => speed,
    async adapt(db, share) {
      const wanted = share >= SHARE.faster ? speed * FASTER : share < SHARE.slower ? speed * SLOWER : speed
      const next = Math.min(most, Math.max(1, wanted))
      if (next === speed) return
      speed = next
      await setSpeed(db, base, speed)
    },
  }
}
