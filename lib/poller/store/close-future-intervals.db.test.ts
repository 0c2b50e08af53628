import { expect, it } from 'vitest'
import type { RouterNeighborReport } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readReportedSessions } from '#lib/history/index.ts'
import { createTestPollSource, peerRow, routeRow } from '#lib/history/testing/feed.ts'
import { closeIntervalsInFuture } from './close-future-intervals.ts'
import { testBgpPeer, createTestSessionUpReport } from '#lib/routers/store/testing/reports.ts'
import { closeFutureDatedReports } from '#lib/routers/store/close-future-reports.ts'
import { extendRouterConnections, addBmpConnection, recordRouterReports } from '#lib/routers/store/index.ts'

const db = withTestDatabase()

/** Returns the rows of a source whose history columns contain times in the future. */
async function aheadOf(sourceId: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ table: string; column: string }>(
    `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
     JOIN information_schema.columns s ON s.table_name = c.table_name AND s.column_name = 'source_id'
     JOIN information_schema.tables t ON t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
     WHERE c.table_schema = 'public' AND c.data_type = 'timestamp with time zone' AND c.table_name <> 'poll_schedule'`,
  )
  const found: string[] = []
  for (const { table, column } of rows) {
    const ahead = await db.pool.query(
      `SELECT 1 FROM ${table} WHERE source_id = $1 AND ${column} > clock_timestamp() + interval '1 s' LIMIT 1`,
      [sourceId],
    )
    if (ahead.rows.length > 0) found.push(`${table}.${column}`)
  }
  return found
}

it('what a clock two hours ahead dated is kept between bounds that hold, and polls go on', async () => {
  const feed = await createTestPollSource(db)
  const down = [peerRow({ state: 'idle', azureState: 'Idle', routesReceived: null })]
  const poll = (at: number, rows: unknown, kind: 'peers' | 'learned' = 'peers') =>
    feed.record(kind, { startedAt: at, finishedAt: at + 200, rows })
  const begun = Date.now() - 300 * MS_PER_SECOND
  for (let i = 0; i < 4; i++) {
    await poll(begun + i * 60 * MS_PER_SECOND, [peerRow()])
    await poll(begun + i * 60 * MS_PER_SECOND + 500, [routeRow('10.1.0.0/16'), routeRow('10.2.0.0/16')], 'learned')
  }
  const lastRight = begun + 3 * 60 * MS_PER_SECOND + 200
  // down, up and down again, with times of the wrong clock
  const wrong = Date.now() - 50 * MS_PER_SECOND + 2 * MS_PER_HOUR
  for (const [i, rows] of [down, [peerRow()], down].entries()) await poll(wrong + i * 5 * MS_PER_SECOND, rows)
  await poll(wrong + 1_000, [routeRow('10.1.0.0/16')], 'learned')
  expect(await aheadOf(feed.sourceId)).not.toEqual([])

  expect(await closeIntervalsInFuture(db, closeFutureDatedReports)).toBe(2)
  expect(await aheadOf(feed.sourceId)).toEqual([])
  expect(await closeIntervalsInFuture(db, closeFutureDatedReports)).toBe(0)

  const session = async () => {
    const { rows } = await db.pool.query(
      `SELECT state, last_absent AS "lastAbsent", first_present AS "firstPresent" FROM session WHERE source_id = $1`,
      [feed.sourceId],
    )
    return rows[0]
  }
  const { state, lastAbsent, firstPresent } = await session()
  expect(state).toBe('idle')
  expect(lastAbsent.getTime()).toBe(lastRight)
  expect(Math.abs(firstPresent.getTime() - Date.now())).toBeLessThan(30 * MS_PER_SECOND)
  // covered up to the last poll with a correct time
  const covered = await db.pool.query('SELECT max(to_at) AS at FROM coverage WHERE source_id = $1 AND kind = $2', [
    feed.sourceId,
    'peers',
  ])
  expect(covered.rows[0].at.getTime()).toBe(lastRight)

  const again = Date.now() + 100
  expect(await poll(again, [peerRow()])).toMatchObject({ status: 'recorded', changes: [{ type: 'session' }] })
  expect(await poll(again + 1_000, [routeRow('10.1.0.0/16')], 'learned')).toMatchObject({ status: 'recorded' })
})

it('does nothing where nothing lies ahead', async () => {
  const feed = await createTestPollSource(db)
  await feed.record('peers', { startedAt: Date.now() - MS_PER_SECOND, finishedAt: Date.now() - 500, rows: [peerRow()] })
  const state = () => db.pool.query('SELECT * FROM poll_state WHERE source_id = $1', [feed.sourceId])
  const before = (await state()).rows
  expect(await closeIntervalsInFuture(db, closeFutureDatedReports)).toBe(0)
  expect((await state()).rows).toEqual(before)
})

const sessionDown = (at: number): RouterNeighborReport => ({
  type: 'sessionDown',
  peer: testBgpPeer,
  at,
  notBefore: null,
  neighborAsn: 12_076,
  reason: { by: 'log', cause: 'interface', text: 'Interface down' },
})

it('a router that a station’s clock two hours ahead dated is observed no longer than until now', async () => {
  const ahead = Date.now() + 2 * MS_PER_HOUR
  const key = await addBmpConnection(db.pool, { address: '10.20.0.7', name: 'ce', software: null, at: ahead })
  await recordRouterReports(db, key, ahead, [
    createTestSessionUpReport(ahead),
    sessionDown(ahead + MS_PER_SECOND),
    createTestSessionUpReport(ahead + 2 * MS_PER_SECOND),
  ])
  await extendRouterConnections(db.pool, [key.connectionId], ahead + 60 * MS_PER_SECOND)
  expect(await reportsAhead()).not.toEqual([])

  expect(await closeIntervalsInFuture(db, closeFutureDatedReports)).toBe(0)
  expect(await reportsAhead()).toEqual([])
  const again = Date.now() + 100
  await recordRouterReports(db, key, again, [sessionDown(again)])
  const [session] = await readReportedSessions(db.pool)
  expect(session?.state).toBe('down')
})

async function reportsAhead(): Promise<string[]> {
  const { rows } = await db.pool.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name LIKE 'router%' AND data_type = 'timestamp with time zone'`,
  )
  const found: string[] = []
  for (const { table, column } of rows) {
    const ahead = await db.pool.query(
      `SELECT 1 FROM ${table} WHERE ${column} > clock_timestamp() + interval '1 s' LIMIT 1`,
    )
    if (ahead.rows.length > 0) found.push(`${table}.${column}`)
  }
  return found
}
