import type { Database } from '#lib/platform/database.ts'
import { readCompletedPollAndEventCounts } from './timetable.ts'
import { existsSync, writeFileSync } from 'node:fs'

const DAY_SECONDS = 86_400

/** The product's default intervals, because the demo polls every 5 s. */
const DEFAULT_INTERVALS = {
  POLL_SESSIONS_EVERY: '60s',
  POLL_CIRCUITS_EVERY: '60s',
  POLL_ROUTES_EVERY: '5m',
  POLL_METRICS_EVERY: '5m',
  POLL_ACTIVITY_EVERY: '5m',
  POLL_INVENTORY_EVERY: '10m',
}
/**
 * Inventory interval of the accelerated run. Each inventory poll resets the timetable to the configured intervals, so
 * it must be rare.
 */
const RARELY_PLANNED = '24h'
const INVENTORY_SECONDS = 600

/**
 * Shares of the polls that should have been made. Above `faster`, the speed increases; below `slower`, it decreases.
 */
const SHARE = { faster: 0.9, slower: 0.75 }
const FASTER = 1.3
const SLOWER = 0.7

/** Way in which several days are run within hours. */
export interface SoakTimeAcceleration {
  /** description for the picture's title */
  says: string
  /** environment of all processes, including the database */
  environment: Record<string, string>
  /** interval settings of the product */
  intervals: Record<string, string>
  /** Starts the acceleration. */
  begin(db: Database): Promise<void>
  /** Returns the days since the start, by the product's clock or polls. */
  days(db: Database): Promise<number>
  /** Returns the current speed factor. */
  speed(): number
  /**
   * Adapts the speed to what the product can keep up with.
   * @param share share of requested polls that were made since the last call
   */
  adapt(db: Database, share: number): Promise<void>
}

/**
 * Runs all clocks and timers faster, while computations take as long as usual.
 * @param file file that the speed is written to
 */
export function createClockPace(speed: number, file: string): SoakTimeAcceleration {
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
 * Shortens each interval of the timetable by a factor, with real clocks. A day has passed when a day's polls have been
 * made. Starts with the usual intervals and accelerates step by step, because a late poll has more to record, so late
 * polls tend to stay late.
 */
export function createIntervalPace(most: number): SoakTimeAcceleration {
  let speed = 1
  let base: BaseIntervals = []
  let pollsBefore = 0
  const pollsOfDay = () => base.reduce((sum, { seconds }) => sum + DAY_SECONDS / seconds, 0)
  return {
    says: `intervals up to ${most} times shorter, answers at once`,
    // the simulator answers operations immediately, because a circuit runs one operation at a time and its operations
    // would exceed the shortened intervals
    environment: { PEERWATCH_SIMULATOR_AT_ONCE: 'yes' },
    intervals: { ...DEFAULT_INTERVALS, POLL_INVENTORY_EVERY: RARELY_PLANNED },
    async begin(db) {
      base = await baseIntervals(db, INVENTORY_SECONDS)
      pollsBefore = (await readCompletedPollAndEventCounts(db)).polls
      await setSpeed(db, base, speed)
    },
    days: async (db) => ((await readCompletedPollAndEventCounts(db)).polls - pollsBefore) / pollsOfDay(),
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

/** Path of the library in Debian's package `libfaketime`. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
/** Virtual seconds after which a process reads the speed again. */
const READ_EVERY_SECONDS = 5

interface FasterClock {
  environment: Record<string, string>
  /**
   * Sets the speed of all clocks and timers of processes with this environment. The clocks jump to the time that they
   * would show if they had always run at this speed.
   */
  run(speed: number): void
}

/**
 * Creates an environment in which all clocks run faster, without the processes noticing it: wall clock, monotonic time
 * and timers, including those of PostgreSQL.
 * @param file file to which the speed is written
 * @throws Error if the library is not installed
 */
function fasterClock(file: string): FasterClock {
  if (!existsSync(LIBRARY)) throw new Error(`${LIBRARY} is not there: install Debian's package libfaketime`)
  const run = (speed: number) => writeFileSync(file, `+0 x${speed}\n`)
  run(1)
  return {
    environment: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: String(READ_EVERY_SECONDS),
      // a process that starts later uses the clock of the first process
      FAKETIME_DONT_RESET: '1',
    },
    run,
  }
}

/** Poll interval of each row of the timetable at normal speed, in seconds. */
type BaseIntervals = readonly { sourceId: number; kind: string; seconds: number }[]

/**
 * Reads the poll intervals at normal speed.
 * @param inventorySeconds interval of inventories, because they are configured differently here
 */
async function baseIntervals({ pool }: Database, inventorySeconds: number): Promise<BaseIntervals> {
  const { rows } = await pool.query<{ sourceId: number; kind: string; seconds: number }>(
    `SELECT source_id AS "sourceId", kind,
            CASE kind WHEN 'inventory' THEN $1 ELSE coalesce(configured_seconds, every_seconds) END AS seconds
     FROM poll_schedule`,
    [inventorySeconds],
  )
  return rows
}

const DEADLOCK = '40P01'
const ATTEMPTS = 10

/**
 * Divides all intervals by a factor, as if they had been configured in this way. Moves polls forward that would now be
 * due too late.
 */
async function setSpeed({ pool }: Database, base: BaseIntervals, speed: number): Promise<void> {
  const values = [
    base.map(({ sourceId }) => sourceId),
    base.map(({ kind }) => kind),
    base.map(({ seconds }) => seconds / speed),
  ]
  for (let attempt = 1; ; attempt++) {
    try {
      await pool.query(
        `WITH b AS (
           SELECT s.source_id, s.kind, b.seconds
           FROM poll_schedule s JOIN unnest($1::int[], $2::text[], $3::float8[]) AS b (source_id, kind, seconds)
             ON (s.source_id, s.kind) = (b.source_id, b.kind)
           ORDER BY s.source_id, s.kind FOR UPDATE OF s)
         UPDATE poll_schedule s
         SET every_seconds = b.seconds, configured_seconds = b.seconds, plan = NULL,
             next_at = least(s.next_at, clock_timestamp() + make_interval(secs => b.seconds))
         FROM b WHERE (s.source_id, s.kind) = (b.source_id, b.kind)`,
        values,
      )
      return
    } catch (error) {
      // a deadlock is possible, because the statements of the worker lock rows in a different order; the statement is
      // then repeated
      if ((error as { code?: string }).code !== DEADLOCK || attempt === ATTEMPTS) throw error
    }
  }
}
