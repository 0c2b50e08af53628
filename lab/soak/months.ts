import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { getGarbageCollector } from '#lib/platform/idle-collection.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import { createHistoryJobs } from '#lib/poller/index.ts'
import { createWorld, parseSimulatorScenario, type SimulatedWorld } from '../simulator/index.ts'
import { findFaultyAnswersBeforeHistory, answersWithin } from './answers.ts'
import { readCompletedTrafficSums, SeenCompletedTrafficSums } from './closed-sums.ts'
import { findExpiredRows } from './kept.ts'
import { estateWithStories } from './repeated-story.ts'
import { type GroupSizes, readTableGroupSizes } from './table-groups.ts'
import { BitRatePolls, createVirtualAzureMonitor } from './virtual-metrics.ts'

/**
 * Retention of raw samples. In the demo's history, counters are polled more often shortly before the origin. In this
 * run, the origin is two such periods after the end, so that counters are always polled every 15 minutes.
 */
const RAW_MS = 14 * MS_PER_DAY
/** Number of nights between comparisons of answers before and after the jobs. */
const ANSWERS_EVERY = 5
const NOTHING: ReadonlyMap<string, string> = new Map()
/**
 * Offset of the polls. Events of the demo happen at round times, so polls at round times would see each event within a
 * second.
 */
const PHASE_MS = 3_300

/**
 * Function that generates the demo's past. It is a parameter, because a bench must not import scripts that are started
 * by hand.
 */
type BeginPast = (options: {
  db: Database
  world: SimulatedWorld
  from: EpochMs
  origin: EpochMs
  horizon: EpochMs
}) => Promise<{ upTo(until: EpochMs): Promise<void>; close(): void }>

export interface MonthsOptions {
  databaseUrl: string
  days: number
  retention: { rawMs: number; historyMs: number }
  beginPast: BeginPast
  onNight: (night: StateAfterNightlyJobs) => void
}

/** State after the jobs of a virtual night. */
export interface StateAfterNightlyJobs {
  /** virtual days since the first poll */
  day: number
  sizes: GroupSizes
  /** number of days of raw samples with a partition */
  partitions: number
  /** heap of this process after garbage collection, in MB */
  heap: number
  /** duration of the jobs, in seconds */
  jobs: number
  /** number of rows that ended before history begins and are kept because of an event */
  withEvents: number
  /** messages about violated expectations */
  faults: string[]
}

/**
 * Polls the built-in estate for a number of virtual days up to now, and runs a worker's history jobs in each night.
 * Polls, recording, detection, roll-ups and retention are the product's code with a real database; only the clock is
 * virtual.
 */
export async function runSoakTestForMonths({
  databaseUrl,
  days,
  retention,
  beginPast,
  onNight,
}: MonthsOptions): Promise<void> {
  const db = createDatabase(databaseUrl, { max: 6, applicationName: 'peerwatch-soak' })
  try {
    const end = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY
    const from = end - days * MS_PER_DAY
    const world = createWorld(parseSimulatorScenario(estateWithStories(end, Math.ceil(days / 35))), end)
    const monitor = createVirtualAzureMonitor(world)
    const rates = new BitRatePolls(db, monitor)
    // the last two weeks before the origin have more samples, which would look like growth, so the origin is set far
    // enough in the future
    const past = await beginPast({ db, world, from: from + PHASE_MS, origin: end + 2 * RAW_MS, horizon: end })
    await dropEmptyDays(db)
    const jobs = createHistoryJobs({
      azure: monitor.azure,
      clock: monitor.clock,
      retention,
      azureTime: () => monitor.clock.now(),
      onPastRead: () => {},
    })
    const { signal } = new AbortController()
    const run = async (isMeant: (job: ScheduledJob) => boolean) => {
      for (const job of jobs) if (isMeant(job)) await job.run(signal, db)
    }
    const sums = new SeenCompletedTrafficSums(from)
    for (let day = 1; day <= days; day++) {
      const now = from + day * MS_PER_DAY
      monitor.goTo(now - MS_PER_DAY)
      await run(({ name }) => name === 'partitions')
      await past.upTo(now)
      await rates.record(await circuitsOf(db), { from: now - MS_PER_DAY, to: now })
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
      const { leftOver, withEvents } = await findExpiredRows(db, now, retention)
      const faults = [
        ...leftOver.map((text) => `kept too long: ${text}`),
        ...sums.notice(await readCompletedTrafficSums(db, now)).map((text) => `a closed sum: ${text}`),
        ...[...before].flatMap(([name, text]) => (after.get(name) === text ? [] : [`retention changed ${name}`])),
      ]
      if (day === days && retention.historyMs < days * MS_PER_DAY)
        faults.push(...(await findFaultyAnswersBeforeHistory(db, retention.historyMs, now)))
      onNight({ day, ...(await readTableGroupSizes(db)), heap: heapMb(), jobs: took + forgetting, withEvents, faults })
    }
    past.close()
    monitor.azure.close()
  } finally {
    await db.close()
  }
}

/** Drops the partitions that `beginPast` has created in advance. In this run, the nightly job must create them. */
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

const collect = getGarbageCollector()

function heapMb(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
