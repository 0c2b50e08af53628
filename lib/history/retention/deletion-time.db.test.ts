import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createMovedDatabase, type DatabaseWithAdjustableClock } from '#lib/platform/testing/moved-clock.ts'
import { upsertEvents } from '../store/events.ts'
import { createDownEvent } from '../testing/event.ts'
import { createTestPollSource, peerRow, routeRow } from '../testing/feed.ts'
import { applyRetention } from './apply-retention.ts'
import {
  advanceDeletionTime,
  confirmDeletionsUpTo,
  readDeletionTime,
  readDeletionsAwaitingConfirmation,
  NoDeletionsAwaitingConfirmationError,
  recordClockStep,
} from './deletion-time.ts'

let db: Database
let clock: DatabaseWithAdjustableClock
let drop: () => Promise<void>

beforeAll(async () => {
  const made = await createMovedDatabase()
  ;({ clock, drop } = made)
  db = createDatabase(made.url, { max: 4, applicationName: 'peerwatch-test' })
})
afterAll(async () => {
  await db.close()
  await drop()
})
afterEach(async () => {
  await clock.set(0)
  await db.pool.query("DELETE FROM deployment WHERE key LIKE 'deletion-%' OR key = 'clock-step'")
})

const retention = { rawMs: 14 * MS_PER_DAY, historyMs: 400 * MS_PER_DAY }

/** Returns the time of the database's clock. */
async function databaseTime(): Promise<number> {
  const { rows } = await db.pool.query('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now')
  return rows[0].now
}

/**
 * Runs the hourly job once.
 * @param azureNow default: Azure's clock is right
 */
async function run(azureNow: number | null = Date.now()) {
  const advanced = await advanceDeletionTime(db.pool, { now: await databaseTime(), azureNow })
  if ('at' in advanced) await applyRetention(db, retention, advanced.at)
  return advanced
}

/** Returns the number of rows in each table that retention may delete from. */
async function countRows(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of TABLES) {
    counts[table] = (await db.pool.query(`SELECT count(*)::int AS n FROM ${table}`)).rows[0].n
  }
  return counts
}
const TABLES = [
  'counter_sample',
  'usage_bucket',
  'session_interval',
  'route_interval',
  'coverage',
  'event',
  'audit_entry',
  'access_link',
] as const

/** Records rows of each kind close to their maximum age: an hour later the first of them are due for deletion. */
async function recordMonths() {
  const now = Date.now()
  const feed = await createTestPollSource(db)
  for (const days of [399, 200, 39, 13]) {
    const startedAt = now - days * MS_PER_DAY + MS_PER_HOUR
    const poll = (after: number) => ({ startedAt: startedAt + after, finishedAt: startedAt + after + 1_000 })
    await feed.record('peers', { ...poll(0), rows: [peerRow()] })
    await feed.record('peers', { ...poll(MS_PER_MINUTE), rows: [peerRow({ state: 'idle', azureState: 'Idle' })] })
    await feed.record('learned', { ...poll(0), rows: [routeRow('10.1.0.0/16'), routeRow('10.2.0.0/16')] })
    await feed.record('learned', { ...poll(MS_PER_MINUTE), rows: [routeRow('10.1.0.0/16')] })
    await upsertEvents(db.pool, feed.sourceId, [
      createDownEvent(`down ${days}`, startedAt, { started: { earliest: startedAt, latest: startedAt }, ended: null }),
    ])
  }
  const circuit = await createTestPollSource(db, { type: 'expressRouteCircuits' })
  for (let i = 0; i < 30; i++) {
    const startedAt = now - 13 * MS_PER_DAY + i * MS_PER_MINUTE
    const rows = [{ path: 'primary', bytesIn: BigInt(i), bytesOut: BigInt(1_000 * i) }]
    await circuit.record('stats', { startedAt, finishedAt: startedAt + 1_000, rows })
  }
  await db.pool.query(
    `INSERT INTO audit_entry (at, actor_kind, actor_id, actor, action, subject)
     SELECT pg_catalog.now() - days * interval '1 day', 'user', '1', 'ada', 'test', 'x' FROM unnest('{1,39,399}'::int[]) AS days;
     INSERT INTO access_link (token_hash, expires_at) VALUES ('x', pg_catalog.now() + interval '1 hour')`,
  )
}

describe('a clock that is ahead', () => {
  beforeAll(recordMonths)

  const jumps = [2 * MS_PER_HOUR, 40 * MS_PER_DAY, 400 * MS_PER_DAY]
  it.each(jumps.flatMap((ms) => [ms, -ms]))('by %d ms, and set right again, deletes no row', async (ms) => {
    await run()
    const before = await countRows()
    expect(Object.values(before).every((n) => n > 0)).toBe(true)
    for (const by of [ms, 0]) {
      await clock.set(by)
      await run()
      await run(null)
      expect(await countRows()).toEqual(before)
      await recordClockStep(db.pool, ms)
      expect(await run()).toEqual({ postponed: 'clock_step' })
    }
    if (Math.abs(ms) < MS_PER_DAY) return
    // the machine also runs Azure's simulator, which was started with that clock
    await db.pool.query("DELETE FROM deployment WHERE key = 'clock-step'")
    await clock.set(ms)
    await run(Date.now() + ms)
    expect(await countRows()).toEqual(before)
  })
})

describe('the time that rows are aged by', () => {
  it('follows the clock, at most a minute ahead of Azure’s', async () => {
    const now = await databaseTime()
    expect(await advanceDeletionTime(db.pool, { now, azureNow: now + 5_000 })).toEqual({ at: now })
    expect(await advanceDeletionTime(db.pool, { now: now + 2 * MS_PER_DAY, azureNow: now + MS_PER_DAY })).toEqual({
      at: now + MS_PER_DAY + MS_PER_MINUTE,
    })
    expect(await readDeletionTime(db.pool)).toBe(now + MS_PER_DAY + MS_PER_MINUTE)
    // rows that were old enough once stay old enough
    expect(await advanceDeletionTime(db.pool, { now, azureNow: now })).toEqual({ at: now })
    expect(await readDeletionTime(db.pool)).toBe(now + MS_PER_DAY + MS_PER_MINUTE)
  })

  it('is unknown until Azure has answered once, and later no newer than the newest good poll', async () => {
    const now = await databaseTime()
    await db.pool.query('UPDATE poll_state SET ok_finished_at = NULL')
    expect(await run(null)).toEqual({ postponed: 'clock_unknown' })
    await run()
    expect(await run(null)).toEqual({ postponed: 'clock_unknown' })
    const feed = await createTestPollSource(db)
    await feed.record('peers', { startedAt: now - MS_PER_HOUR, finishedAt: now - MS_PER_HOUR + 500, rows: [peerRow()] })
    expect(await run(null)).toEqual({ at: now - MS_PER_HOUR + 500 })
  })

  it('pauses for a day after a step, but not after a small one', async () => {
    await recordClockStep(db.pool, -9 * MS_PER_MINUTE)
    expect(await run()).toHaveProperty('at')
    await recordClockStep(db.pool, 10 * MS_PER_MINUTE)
    expect(await run()).toEqual({ postponed: 'clock_step' })
    await clock.set(MS_PER_DAY + MS_PER_MINUTE)
    expect(await run(Date.now() + MS_PER_DAY)).toHaveProperty('at')
  })
})

describe('more than three days at once', () => {
  const after = async (days: number) => {
    await clock.set(days * MS_PER_DAY)
    return run(Date.now() + days * MS_PER_DAY)
  }

  it('wait for an admin, as after a week without power', async () => {
    await run()
    expect(await after(2.9)).toHaveProperty('at')
    expect(await after(9.9)).toEqual({ postponed: 'unconfirmed' })
    const held = await readDeletionsAwaitingConfirmation(db.pool)
    expect(Math.round(((held?.upTo ?? 0) - (held?.from ?? 0)) / MS_PER_HOUR)).toBe(7 * 24)
    // an hour later it still waits since the same time
    await after(9.95)
    expect(await readDeletionsAwaitingConfirmation(db.pool)).toMatchObject({ since: held?.since, from: held?.from })

    await confirmDeletionsUpTo(db.pool, held?.upTo ?? 0)
    expect(await readDeletionsAwaitingConfirmation(db.pool)).toBeNull()
    expect(await after(10)).toHaveProperty('at')
    expect(await after(12)).toHaveProperty('at')
  })

  it('are confirmed up to the time that was shown, and no later', async () => {
    await run()
    await expect(confirmDeletionsUpTo(db.pool, Date.now())).rejects.toThrow(NoDeletionsAwaitingConfirmationError)
    await after(7)
    const { upTo = 0 } = (await readDeletionsAwaitingConfirmation(db.pool)) ?? {}
    await expect(confirmDeletionsUpTo(db.pool, upTo + 1)).rejects.toThrow(NoDeletionsAwaitingConfirmationError)
    await confirmDeletionsUpTo(db.pool, upTo)
    // the clock jumps between the confirmation and the run
    expect(await after(400)).toEqual({ postponed: 'unconfirmed' })
  })
})
