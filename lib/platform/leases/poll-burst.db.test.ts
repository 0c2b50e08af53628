import { beforeEach, describe, expect, it } from 'vitest'
import { withTestDatabase } from '../testing/database.ts'
import {
  startPollBurst,
  claimDuePolls,
  completeInTransaction,
  endPollBurst,
  addMissingPollsToSchedule,
} from './index.ts'

const db = withTestDatabase()
const sessions = { sourceId: 1, kind: 'peers', everySeconds: 60 }
const faster = { everySeconds: 10, forSeconds: 180, room: 9, reason: 'adverse' } as const
const isFaster = async () => ((await row()).left ?? 0) > 0

beforeEach(async () => {
  // this test needs no rows in the table `source`
  await db.pool.query('ALTER TABLE poll_schedule DROP CONSTRAINT IF EXISTS poll_schedule_source_id_fkey')
  await db.pool.query('DELETE FROM poll_schedule')
})

async function row(): Promise<{ due: number; left: number | null; every: number | null; reason: string | null }> {
  const { rows } = await db.pool.query(
    `SELECT extract(epoch FROM next_at - clock_timestamp())::float8 AS due, burst_every_seconds AS every, burst_reason AS reason,
            extract(epoch FROM burst_until - clock_timestamp())::float8 AS left FROM poll_schedule`,
  )
  return rows[0]
}

async function poll(notBefore: number | null = null, endsBurst = false): Promise<void> {
  await db.pool.query("UPDATE poll_schedule SET next_at = clock_timestamp() - interval '1 s'")
  const [lease] = (await claimDuePolls(db, { owner: 'a', leaseSeconds: 30, limit: 1 })).leases
  if (!lease) throw new Error('nothing was due')
  await db.transaction((client) => completeInTransaction(client, { ...lease, notBefore, endsBurst }))
}

describe('a burst', () => {
  it('schedules polls at its own interval, and returns to the configured one at its end', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const { polls, until } = await startPollBurst(db, [sessions], faster)
    expect(polls).toBe(1)
    expect(until).toBeGreaterThan(Date.now() + 170_000)
    await poll()
    expect((await row()).due).toBeGreaterThan(0)
    expect((await row()).due).toBeLessThan(11)
    await db.pool.query(`UPDATE poll_schedule SET burst_until = clock_timestamp() - interval '1 s'`)
    await poll()
    expect((await row()).due).toBeGreaterThan(20)
  })

  it('advances a later poll, and keeps an earlier one', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await db.pool.query(`UPDATE poll_schedule SET next_at = clock_timestamp() + interval '50 s'`)
    await startPollBurst(db, [sessions], faster)
    expect((await row()).due).toBeLessThan(11)
    await db.pool.query(`UPDATE poll_schedule SET next_at = clock_timestamp() + interval '2 s'`)
    await startPollBurst(db, [sessions], faster)
    expect((await row()).due).toBeLessThan(3)
  })

  it('is extended by another, never shortened, and keeps the reason of an operator’s request', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await startPollBurst(db, [sessions], { ...faster, forSeconds: 600, reason: 'watch' })
    await startPollBurst(db, [sessions], faster)
    expect(await row()).toMatchObject({ every: 10, reason: 'watch' })
    expect((await row()).left).toBeGreaterThan(500)
    await endPollBurst(db, [1], 'adverse')
    expect(await isFaster()).toBe(true)
    await endPollBurst(db, [1], 'watch')
    expect(await isFaster()).toBe(false)
  })

  it('leaves sources with a shorter interval unchanged', async () => {
    await addMissingPollsToSchedule(db, [{ ...sessions, everySeconds: 10 }])
    expect(await startPollBurst(db, [sessions], faster)).toEqual({ polls: 0, held: 0, until: null })
    expect(await row()).toMatchObject({ every: null, reason: null, left: null })
  })

  it('takes the first up to the limit, beside running bursts', async () => {
    const entries = ['peers', 'learned', 'stats'].map((kind) => ({ ...sessions, kind }))
    await addMissingPollsToSchedule(db, entries)
    expect(await startPollBurst(db, entries, { ...faster, room: 2 })).toMatchObject({ polls: 2, held: 1 })
    expect(await startPollBurst(db, entries, { ...faster, room: 0 })).toMatchObject({ polls: 2, held: 1 })
    expect(await startPollBurst(db, entries, { ...faster, room: -1 })).toMatchObject({ polls: 2, held: 1 })
    expect(await startPollBurst(db, entries, faster)).toMatchObject({ polls: 3, held: 0 })
  })

  it('ends when the server throttles', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await startPollBurst(db, [sessions], faster)
    await poll(Date.now() + 90_000, true)
    expect(await isFaster()).toBe(false)
    expect((await row()).due).toBeGreaterThan(85)
  })

  it('goes on behind a wait for a locked resource', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await startPollBurst(db, [sessions], faster)
    await poll(Date.now() + 90_000)
    expect(await isFaster()).toBe(true)
    expect((await row()).due).toBeGreaterThan(85)
  })
})
