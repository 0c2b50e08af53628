import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { computeShortId } from '../../store/short-id.ts'
import { createTestPollSource, routeRow } from '../../testing/feed.ts'
import { readHubConnectionRoutes } from './connection-routes.ts'

const db = withTestDatabase()

it('returns current and earlier AS paths by gateway and connection, also of equally named connections', async () => {
  const of = (name: string) => createTestPollSource(db, { type: 'vpnGateways', name, subresource: `hub-${name}/conn` })
  const [a, b] = [await of('gw-a'), await of('gw-b')]
  const poll = (minute: number) => ({ startedAt: minute * 60_000, finishedAt: minute * 60_000 + 1_000 })
  const [first, second] = [{ asPath: [65001] }, { asPath: [65001, 65001] }]
  const record = (feed: typeof a, minute: number, asPath: { asPath: number[] } | null) => {
    const rows = asPath ? [routeRow('10.1.0.0/16', { peer: 'conn', ...asPath })] : []
    return feed.record('learned', { ...poll(minute), rows: [...rows, routeRow('10.2.0.0/16', { peer: 'conn' })] })
  }
  await record(a, 1, first)
  await record(a, 2, second)
  await record(a, 3, null)
  await record(b, 1, first)
  const [scopeA, scopeB] = [computeShortId(a.resourceId), computeShortId(b.resourceId)]
  const found = await readHubConnectionRoutes(db.pool, { gateways: [scopeA, scopeB], prefixes: ['10.1.0.0/16'] })
  const route = { connection: 'conn', prefix: '10.1.0.0/16' }
  const order = (one: (typeof found)[number]) => `${one.gateway} ${one.until ?? Infinity}`
  const expected = [
    { ...route, ...first, gateway: scopeA, until: poll(2).finishedAt },
    { ...route, ...second, gateway: scopeA, until: poll(3).finishedAt },
    { ...route, ...first, gateway: scopeB, until: null },
  ]
  const sorted = (all: typeof found) => all.toSorted((x, y) => (order(x) < order(y) ? -1 : 1))
  expect(sorted(found)).toEqual(sorted(expected))
  expect(await readHubConnectionRoutes(db.pool, { gateways: [scopeB], prefixes: ['10.3.0.0/16'] })).toEqual([])
})
