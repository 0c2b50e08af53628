import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { garbageCollector } from '#lib/platform/idle-collection.ts'
import type { Job } from '#lib/platform/job.ts'
import { historyJobs } from '#lib/poller/index.ts'
import { createWorld, parseScenario, type World } from '../simulator/index.ts'
import { answersBeyond, answersWithin } from './answers.ts'
import { closedSums, RememberedSums } from './closed-sums.ts'
import { whatIsKept } from './kept.ts'
import { estateWithStories } from './repeated-story.ts'
import { type GroupSizes, sizesOf } from './table-groups.ts'
import { BitRatePolls, virtualMonitor } from './virtual-metrics.ts'

/** Twice of it before its origin the demo's past has counters every 15 minutes only, as it is here throughout. */
const RAW_MS = 14 * DAY
/** Nights around whose jobs answers are compared. */
const ANSWERS_EVERY = 5
const NOTHING: ReadonlyMap<string, string> = new Map()
/** The story's times are round; polls that began at round times as well would see all of it within a second. */
const PHASE_MS = 3_300

/** How the demo's past is made. It is given: nothing of a bench may import what is started by hand. */
type BeginPast = (options: {
  db: Database
  world: World
  from: EpochMs
  origin: EpochMs
  horizon: EpochMs
}) => Promise<{ upTo(until: EpochMs): Promise<void>; close(): void }>

export interface MonthsOptions {
  databaseUrl: string
  days: number
  retention: { rawMs: number; historyMs: number }
  beginPast: BeginPast
  onNight: (night: Night) => void
}

/** What is there after the jobs of a virtual night. */
export interface Night {
  /** virtual days since the first poll */
  day: number
  sizes: GroupSizes
  /** days of raw samples that have one of their own */
  partitions: number
  /** of this process, after a collection, MB */
  heap: number
  /** seconds that the jobs took */
  jobs: number
  /** rows that ended before history begins and stay with an event */
  withEvents: number
  /** what should not be so, in words */
  faults: string[]
}

/**
 * Lets the built-in estate be polled for so many days up to now, by virtual time, and runs in each night what a worker's jobs do with history.
 * Polls, their recording, detection, roll-ups and retention are the product's, and so is the database; the clock is a number.
 */
export async function soakMonths({ databaseUrl, days, retention, beginPast, onNight }: MonthsOptions): Promise<void> {
  const db = createDatabase(databaseUrl, { max: 6, applicationName: 'peerwatch-soak' })
  try {
    const end = Math.floor(Date.now() / DAY) * DAY
    const from = end - days * DAY
    const world = createWorld(parseScenario(estateWithStories(end, Math.ceil(days / 35))), end)
    const monitor = virtualMonitor(world)
    const rates = new BitRatePolls(db, monitor)
    // the last two weeks before its origin have more samples, which would not be flat: it is as far ahead as that
    const past = await beginPast({ db, world, from: from + PHASE_MS, origin: end + 2 * RAW_MS, horizon: end })
    await dropEmptyDays(db)
    const jobs = historyJobs({
      azure: monitor.azure,
      clock: monitor.clock,
      retention,
      azureTime: () => monitor.clock.now(),
      onPastRead: () => {},
    })
    const { signal } = new AbortController()
    const run = async (isMeant: (job: Job) => boolean) => {
      for (const job of jobs) if (isMeant(job)) await job.run(signal, db)
    }
    const sums = new RememberedSums(from)
    for (let day = 1; day <= days; day++) {
      const now = from + day * DAY
      monitor.goTo(now - DAY)
      await run(({ name }) => name === 'partitions')
      await past.upTo(now)
      await rates.record(await circuitsOf(db), { from: now - DAY, to: now })
      monitor.goTo(now)
      const begun = performance.now()
      await run(({ name }) => name !== 'retention')
      const took = (performance.now() - begun) / 1_000
      const asks = day % ANSWERS_EVERY === 0
      const before = asks ? await answersWithin(db, retention.historyMs, now) : NOTHING
      const retained = performance.now()
      await run(({ name }) => name === 'retention')
      const forgetting = (performance.now() - retained) / 1_000
      const after = asks ? await answersWithin(db, retention.historyMs, now) : NOTHING
      const { leftOver, withEvents } = await whatIsKept(db, now, retention)
      const faults = [
        ...leftOver.map((text) => `kept too long: ${text}`),
        ...sums.notice(await closedSums(db, now)).map((text) => `a closed sum: ${text}`),
        ...[...before].flatMap(([name, text]) => (after.get(name) === text ? [] : [`retention changed ${name}`])),
      ]
      if (day === days && retention.historyMs < days * DAY)
        faults.push(...(await answersBeyond(db, retention.historyMs, now)))
      onNight({ day, ...(await sizesOf(db)), heap: heapMb(), jobs: took + forgetting, withEvents, faults })
    }
    past.close()
    monitor.azure.close()
  } finally {
    await db.close()
  }
}

/** Those that were made ahead for a past of known length: the nightly job makes them here. */
async function dropEmptyDays({ pool }: Database): Promise<void> {
  await pool.query(
    `SELECT drop_day_partition(c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent IN ('counter_sample'::regclass, 'metric_sample'::regclass) AND c.relname ~ '_[0-9]{8}$'`,
  )
}

async function circuitsOf({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ arm_id: string }>('SELECT arm_id FROM resource WHERE type = $1 ORDER BY id', [
    armTypes.circuit,
  ])
  return rows.map((row) => row.arm_id)
}

const collect = garbageCollector()

function heapMb(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
