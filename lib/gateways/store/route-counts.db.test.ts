import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { ensurePartitions, shortIdOf } from '#lib/history/index.ts'
import { routeCounts } from './route-counts.ts'
import { newFeed, routeRow } from '#lib/history/testing/feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)

it('the routes of a table are counted by instance, as they are now', async () => {
  await ensurePartitions(db, T)
  const feed = await newFeed(db, { type: 'virtualHubs/rs/bgpConnections' })
  const other = await newFeed(db, { type: 'virtualHubs/rs/bgpConnections' })
  const poll = (n: number) => ({ startedAt: T + n * 60_000, finishedAt: T + n * 60_000 + 2_000 })
  const row = (instance: string, prefix: string) => routeRow(prefix, { instance })
  await feed.record('learned', {
    ...poll(0),
    rows: [row('a', '10.1.0.0/16'), row('a', '10.2.0.0/16'), row('b', '10.1.0.0/16')],
  })
  await feed.record('advertised', { ...poll(0), rows: [row('a', '10.3.0.0/16')] })
  await other.record('learned', { ...poll(0), rows: [row('a', '10.4.0.0/16')] })
  const scope = shortIdOf(feed.resourceId)
  const count = (kind: string, instance: string, routes: number) => ({ scope, kind, instance, routes })
  const ask = () => routeCounts(db.pool, { scopes: [scope] })
  expect(await ask()).toEqual([count('advertised', 'a', 1), count('learned', 'a', 2), count('learned', 'b', 1)])
  // what was withdrawn is counted no more, and an empty table has no row
  await feed.record('learned', { ...poll(1), rows: [row('a', '10.1.0.0/16')] })
  await feed.record('advertised', { ...poll(1), rows: [] })
  expect(await ask()).toEqual([count('learned', 'a', 1)])
})
