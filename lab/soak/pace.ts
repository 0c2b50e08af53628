import type { Database } from '#lib/platform/database.ts'
import { readTimetable } from './timetable.ts'
import { existsSync, writeFileSync } from 'node:fs'

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

/** Where Debian's package `libfaketime` puts it. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
/** Virtual seconds after which a process reads the speed again. */
const READ_EVERY_SECONDS = 5

interface FasterClock {
  environment: Record<string, string>
  /** All clocks and timers of processes with this environment go so fast from now on; they jump ahead to where they would be had they always done so. */
  run(speed: number): void
}

/**
 * A clock for processes that they don't know to be faster than ours: wall clock, monotonic time and timers, of PostgreSQL too.
 * @param file that the speed is written to
 * @throws where the library is not installed
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
      // a process that is started later goes by the clock of the first one
      FAKETIME_DONT_RESET: '1',
    },
    run,
  }
}

/** What each row of the timetable is polled every, in seconds, at the usual speed. */
type BaseIntervals = readonly { sourceId: number; kind: string; seconds: number }[]

/** @param inventorySeconds of inventories, which are configured otherwise here */
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

/** Makes all intervals so many times shorter than at the usual speed, as if they were configured so; what lies further ahead comes sooner. */
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
      // the worker's statements take rows in another order
      if ((error as { code?: string }).code !== DEADLOCK || attempt === ATTEMPTS) throw error
    }
  }
}
