import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { ensurePartitions, computeShortId } from '#lib/history/index.ts'
import { readPrefixCountsOfNeighbors, readRouteCounts } from './index.ts'
import { createTestPollSource, peerRow, routeRow } from '#lib/history/testing/feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)

it('the routes of a table are counted by instance, as they are now', async () => {
  await ensurePartitions(db, T)
  const feed = await createTestPollSource(db, { type: 'virtualHubs/rs/bgpConnections' })
  const other = await createTestPollSource(db, { type: 'virtualHubs/rs/bgpConnections' })
  const poll = (n: number) => ({ startedAt: T + n * 60_000, finishedAt: T + n * 60_000 + 2_000 })
  const row = (instance: string, prefix: string) => routeRow(prefix, { instance })
  await feed.record('learned', {
    ...poll(0),
    rows: [row('a', '10.1.0.0/16'), row('a', '10.2.0.0/16'), row('b', '10.1.0.0/16')],
  })
  await feed.record('advertised', { ...poll(0), rows: [row('a', '10.3.0.0/16')] })
  await other.record('learned', { ...poll(0), rows: [row('a', '10.4.0.0/16')] })
  const scope = computeShortId(feed.resourceId)
  const count = (kind: string, instance: string, routes: number) => ({ scope, kind, instance, routes })
  const ask = () => readRouteCounts(db.pool, { scopes: [scope] })
  expect(await ask()).toEqual([count('advertised', 'a', 1), count('learned', 'a', 2), count('learned', 'b', 1)])
  // a withdrawn route no longer counts, and an empty table has no row
  await feed.record('learned', { ...poll(1), rows: [row('a', '10.1.0.0/16')] })
  await feed.record('advertised', { ...poll(1), rows: [] })
  expect(await ask()).toEqual([count('learned', 'a', 1)])
})

it('neighbors have the most prefixes that they brought before a moment, and those of the last poll', async () => {
  const feed = await createTestPollSource(db, { type: 'virtualNetworkGateways' })
  const rows = (...prefixes: number[]) =>
    prefixes.map((routesReceived, n) => peerRow({ neighbor: `10.0.4.${n + 4}`, routesReceived }))
  const poll = (n: number) => ({ startedAt: T + n * 60_000, finishedAt: T + n * 60_000 + 2_000 })
  await feed.record('peers', { ...poll(0), rows: rows(5, 0) })
  await feed.record('peers', { ...poll(1), rows: rows(0, 3) })
  const ask = (n: number) => readPrefixCountsOfNeighbors(db.pool, computeShortId(feed.resourceId), T + n * 60_000)
  const counts = (a: number, b: number) => [
    ['10.0.4.4', { last: 0, most: a }],
    ['10.0.4.5', { last: 3, most: b }],
  ]
  expect([...(await ask(0))]).toEqual([])
  expect([...(await ask(1))].toSorted()).toEqual(counts(5, 0))
  expect([...(await ask(2))].toSorted()).toEqual(counts(5, 3))
})
