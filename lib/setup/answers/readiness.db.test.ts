import { beforeEach, describe, expect, it, vi } from 'vitest'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getReadiness } from './readiness.ts'
import { gatewayId } from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
/** Uptime of the process in seconds, longer than a start takes. */
const UP = 61

beforeEach(async () => {
  await db.pool.query('TRUNCATE source, work_lease CASCADE')
})

/** Creates a source with the given interval, and the time since its last poll, both in seconds. */
async function polled(everySeconds: number, ago: number, outcome = 'ok', gateway = 'gw') {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: gatewayId(gateway), subresource: '' })
  await addMissingPollsToSchedule(db, [{ sourceId, kind: 'peers', everySeconds }])
  await db.pool.query(
    `INSERT INTO poll_state (source_id, kind, last_outcome, last_started_at, last_finished_at)
     SELECT $3, 'peers', $2, at, at FROM (SELECT clock_timestamp() - make_interval(secs => $1) AS at) t`,
    [ago, outcome, sourceId],
  )
}
const polls = async (up = UP) => (await getReadiness(db, up)).polls

describe('polls go on', () => {
  it.each([
    ['within three intervals', 60, 170, true],
    ['not later', 60, 190, false],
    ['never under ten seconds', 1, 8, true],
    ['and not over them', 1, 12, false],
  ])('%s', async (_, every, ago, expected) => {
    await polled(every, ago)
    expect(await polls()).toBe(expected)
  })

  it('whatever came of the poll', async () => {
    await polled(60, 10, 'forbidden')
    expect(await polls()).toBe(true)
  })

  it.each([
    ['one that a wrong clock dated is none', 10, 'clock'],
    ['nor is one of two minutes ahead', -120, 'ok'],
    ['nor one of two hours ahead', -7_200, 'ok'],
  ])('%s', async (_, ago, outcome) => {
    await polled(60, ago, outcome)
    expect(await polls()).toBe(false)
  })

  it('only if half of what was polled is in time, as after a clock that was two hours ahead', async () => {
    await polled(60, 10, 'ok', 'gw-1')
    await polled(60, -7_200, 'ok', 'gw-2')
    expect(await polls()).toBe(true)
    await polled(300, 1_000, 'ok', 'gw-3')
    expect(await polls()).toBe(false)
    await polled(300, 800, 'ok', 'gw-4')
    expect(await polls()).toBe(true)
  })

  it('by the interval of a burst while that lasts', async () => {
    await polled(60, 40)
    await db.pool.query(
      `UPDATE poll_schedule SET burst_every_seconds = 10, burst_reason = 'watch', burst_until = clock_timestamp() + interval '1 min'`,
    )
    expect(await polls()).toBe(false)
    await db.pool.query(`UPDATE poll_schedule SET burst_until = clock_timestamp() - interval '1 s'`)
    expect(await polls()).toBe(true)
  })

  it('without any poll, in the first minute only', async () => {
    expect(await polls(59)).toBe(true)
    expect(await polls()).toBe(false)
  })
})

describe('alerting goes on', () => {
  const renewed = (ago: number) =>
    db.pool.query(
      `INSERT INTO work_lease (name, epoch, expires_at, renewed_at)
       SELECT 'alerting', 1, at, at FROM (SELECT clock_timestamp() - make_interval(secs => $1) AS at) t`,
      [ago],
    )
  it.each([
    [25, true],
    [31, false],
  ])('with a lease that was renewed %d s ago: %s', async (ago, expected) => {
    await renewed(ago)
    expect((await getReadiness(db, UP)).alerting).toBe(expected)
  })

  it('not when nobody ever took it', async () => {
    expect((await getReadiness(db, UP)).alerting).toBe(false)
  })
})

describe('writes go on', () => {
  it('when one succeeds, which many callers share', async () => {
    const web = createDatabase(db.url, { max: 4, applicationName: 'peerwatch-test' })
    const holder = await web.pool.connect()
    await holder.query('BEGIN; LOCK TABLE write_probe IN ACCESS EXCLUSIVE MODE')
    const asked = Promise.all(Array.from({ length: 10 }, () => getReadiness(web, UP)))
    const writing = async () => {
      const { rows } = await db.pool.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'INSERT INTO write_probe%' AND state = 'active'`,
      )
      return rows[0].n
    }
    await vi.waitFor(async () => expect(await writing()).toBeGreaterThan(0), { timeout: 60_000 })
    expect(await writing()).toBe(1)
    await holder.query('ROLLBACK')
    holder.release()
    await asked
    expect((await getReadiness(web, UP)).writes).toBe(true)
    await web.close()
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM write_probe')
    expect(rows[0].n).toBe(1)
  })
})
