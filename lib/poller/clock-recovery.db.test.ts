import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readDeletionTime, readShareInTime } from '#lib/history/index.ts'
import { readDatabaseTime } from '#lib/platform/database-clock.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createMovedDatabase, type DatabaseWithAdjustableClock } from '#lib/platform/testing/moved-clock.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { closeFutureDatedReports } from '#lib/routers/store/close-future-reports.ts'
import { startClockRecovery } from './clock-recovery.ts'
import { createAzureClientForSimulator, waitUntilTrue, areExpectedPollsRecorded, startAzure } from './testing/lab.ts'
import { startWatchdog, type PollWatchdog } from './watchdog/index.ts'
import { startWorker, type PollWorker } from './worker.ts'

/** Azure's clock, which the test never changes. */
const realNow = Date.now.bind(Date)

let db: Database
let clock: DatabaseWithAdjustableClock
let drop: () => Promise<void>
let simulator: RunningSimulator
let azure: AzureAccess
let worker: PollWorker | undefined
let watchdog: PollWatchdog | undefined
let endRecovery: (() => Promise<void>) | undefined
/** Runs once in the next attempt of the recovery, after the attempt has repaired the schedule. */
let writeLate: (() => Promise<unknown>) | undefined

beforeAll(async () => {
  const made = await createMovedDatabase()
  ;({ clock, drop } = made)
  db = createDatabase(made.url, { max: 10, applicationName: 'peerwatch-test' })
  await readDatabaseTime(db.pool)
  simulator = await startAzure(oneCircuitScenario)
  azure = createAzureClientForSimulator(simulator)
  worker = startWorker({
    db,
    azure,
    intervals: {
      sessionsMs: 1_000,
      circuitsMs: 2_000,
      routesMs: 3_000,
      inventoryMs: 2_000,
      metricsMs: 3_000,
      activityMs: 3_000,
    },
  })
  endRecovery = startClockRecovery({
    db,
    azureTime: realNow,
    closeReports: async (client) => {
      const write = writeLate
      writeLate = undefined
      await write?.()
      await closeFutureDatedReports(client)
    },
    everyMs: 500,
  })
  watchdog = startWatchdog({ db, datesSamples: true })
  await waitUntilTrue(
    'everything is polled',
    async () =>
      (await areExpectedPollsRecorded(db, 'tables', 2)) &&
      (await areExpectedPollsRecorded(db, 'advertised', 2)) &&
      (await unpolledSince(0)).length === 0,
  )
}, 120_000)

afterEach(async () => {
  await moveTo(0)
})

afterAll(async () => {
  await endRecovery?.()
  await watchdog?.stop()
  await worker?.stop()
  azure?.close()
  await simulator?.close()
  await db?.close()
  await drop?.()
  vi.restoreAllMocks()
  await readDatabaseTime({ query: async () => ({ rows: [{ now: realNow() }] }) } as never)
})

/**
 * Changes the clock of the machine on which the database and the worker run, and lets this process learn the new time
 * as it does every ten seconds.
 */
async function moveTo(ms: number) {
  await clock.set(ms)
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + ms)
  await readDatabaseTime(db.pool)
}

/**
 * Returns the scheduled polls that are late. A poll with an interval of up to a minute is late if it was not recorded
 * between the given moment and now; the clock is right at that time.
 */
async function unpolledSince(moment: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT concat_ws(' ', r.name, s.subresource, ps.kind, p.last_outcome, p.last_finished_at - clock_timestamp()) AS name
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id
     JOIN resource r ON r.id = s.resource_id LEFT JOIN poll_state p ON (p.source_id, p.kind) = (ps.source_id, ps.kind)
     WHERE p.last_finished_at IS NULL OR p.last_finished_at > clock_timestamp() + interval '1 s' OR p.last_outcome = 'clock'
        OR p.last_finished_at < CASE WHEN ps.every_seconds <= 60 THEN to_timestamp($1 / 1000.0)
                                     ELSE clock_timestamp() - make_interval(secs => 3 * ps.every_seconds) END`,
    [moment],
  )
  const all = await db.pool.query('SELECT count(*)::int AS n FROM poll_schedule')
  return all.rows[0].n === 0 ? ['the timetable is empty'] : rows.map(({ name }) => name)
}

/** Columns with times that are in the future by design. */
const PLANNED = new Set([
  'poll_schedule.next_at',
  'poll_schedule.lease_until',
  'poll_schedule.burst_until',
  'resource_lease.lease_until',
  'work_lease.expires_at',
  'detection_scope.recheck_at',
  'usage_bucket.starts_at',
])

/** Returns the time columns that unexpectedly have a value in the future. */
async function columnsAhead(): Promise<string[]> {
  const { rows: columns } = await db.pool.query<{ table: string; column: string }>(
    `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type = 'timestamp with time zone'`,
  )
  const parts = columns.map(
    ({ table, column }) =>
      `SELECT '${table}.${column}' AS name WHERE EXISTS (
         SELECT FROM "${table}" WHERE isfinite("${column}") AND "${column}" > clock_timestamp() + interval '3 s')`,
  )
  const { rows } = await db.pool.query<{ name: string }>(parts.join(' UNION ALL '))
  return rows.map(({ name }) => name).filter((name) => !PLANNED.has(name))
}

/** Counts the rows that were recorded before a moment. A wrong clock must not delete them. */
async function recordedBefore(moment: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [table, column] of [
    ['coverage', 'from_at'],
    ['session_interval', 'first_present'],
    ['counter_sample', 'started_at'],
    ['activity_entry', 'at'],
    ['resource', 'first_present'],
  ]) {
    const { rows } = await db.pool.query(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${column} < to_timestamp($1 / 1000.0)`,
      [moment],
    )
    counts[table ?? ''] = rows[0].n
  }
  return counts
}

const jumps = [2 * MS_PER_HOUR, 40 * MS_PER_DAY, 400 * MS_PER_DAY]
it.each(jumps.flatMap((ms) => [ms, -ms]))(
  'a machine’s clock that is off by %d ms, and right again, is polled by as before, without a restart',
  { timeout: 240_000 },
  async (ms) => {
    const before = realNow()
    const kept = await recordedBefore(before)
    await moveTo(ms)
    if (ms > 0)
      await waitUntilTrue('polls go on by the wrong clock', async () => (await unpolledSince(before + ms)).length < 3)
    else await waitUntilTrue('the watchdog ticks', async () => (await watchdog?.tick()) !== null)
    expect(await readDeletionTime(db.pool)).toBeNull()

    await moveTo(0)
    const right = realNow()
    await expect.poll(() => unpolledSince(right), { timeout: 60_000, interval: 100 }).toEqual([])
    // every source was polled since then; `ready` requires that half of them are in time at the same moment
    const share = () => readShareInTime(db.pool, { intervals: 3, leastSeconds: 10 })
    await expect.poll(share, { timeout: 60_000 }).toBeGreaterThanOrEqual(0.5)
    // a poll may have been in flight
    for (const [table, n] of Object.entries(await recordedBefore(before)))
      expect(n, table).toBeGreaterThanOrEqual(kept[table] ?? 0)
    await expect.poll(columnsAhead, { timeout: 20_000 }).toEqual([])
    await expect.poll(postponedPolls, { timeout: 60_000 }).toEqual([])
  },
)

it('a poll that a process postpones by the wrong clock after the repair is due again', {
  timeout: 240_000,
}, async () => {
  await moveTo(-2 * MS_PER_HOUR)
  const written = Promise.withResolvers<unknown>()
  writeLate = () =>
    db.pool
      .query(`UPDATE poll_schedule SET next_at = clock_timestamp() + interval '40 days' WHERE kind = 'arp'`)
      .then(written.resolve, written.reject)
  await moveTo(0)
  await written.promise
  await expect.poll(postponedPolls, { timeout: 60_000 }).toEqual([])
})

/** Returns the polls that are due later than their interval allows. Azure may have postponed a poll for a while. */
async function postponedPolls(): Promise<unknown[]> {
  const { rows } = await db.pool.query(
    `SELECT source_id, kind, next_at - clock_timestamp() AS due_in FROM poll_schedule
     WHERE next_at > clock_timestamp() + make_interval(secs => every_seconds + 1)`,
  )
  return rows
}
