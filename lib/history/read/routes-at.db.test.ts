import { beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { routesAt } from '../index.ts'
import { type Feed, newFeed, routeRow } from '../testing/feed.ts'
import { everyPage } from '../testing/pages.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const prefixes = ['0.0.0.0/0', '10.0.0.0/8', '10.10.0.0/16', '10.10.5.0/24', '10.100.0.0/16', '::/0', '2001:db8::/32']
let feed: Feed

beforeAll(async () => {
  feed = await newFeed(db)
  const rows = prefixes.map((prefix) => routeRow(prefix))
  await feed.record('learned', { startedAt: T0, finishedAt: T0 + 1_000, rows })
})

it.each([
  ['10.10.0.0/16', ['10.10.0.0/16', '10.10.5.0/24']],
  ['10.10.5.0/24', ['10.10.5.0/24']],
  ['10.0.0.0/8', ['10.0.0.0/8', '10.10.0.0/16', '10.10.5.0/24', '10.100.0.0/16']],
  ['0.0.0.0/0', prefixes.slice(0, 5)],
  ['::/0', prefixes.slice(5)],
  ['192.0.2.0/24', []],
])('within %s lie %j, now and as of a moment, page by page', async (within, expected) => {
  for (const at of [null, T0 + 2_000]) {
    const query = { scope: feed.resourceId, at, within }
    const rows = await everyPage(1, (page) => routesAt(db.pool, { ...query, ...page }))
    expect(rows.map(({ prefix }) => prefix)).toEqual(expected)
  }
})
