import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { computeShortId } from '../../store/short-id.ts'
import { createTestPollSource, routeRow } from '../../testing/feed.ts'
import { countPrefixesInTables, hasStoredRoutes } from './prefixes-in-tables.ts'

const db = withTestDatabase()

it('counts each prefix of a table once, an empty table as none, and leaves out what was never read', async () => {
  const of = (subresource: string) => createTestPollSource(db, { type: 'vpnGateways', name: 'gw', subresource })
  const [branch, empty, failed] = [await of('hub/branch'), await of('hub/empty'), await of('hub/failed')]
  const asked = () =>
    countPrefixesInTables(db.pool, { scopes: [computeShortId(branch.resourceId), 'unknown'], kinds: ['learned'] })
  expect(await asked()).toEqual([])
  const poll = { startedAt: 1_000, finishedAt: 2_000 }
  const twice = [
    routeRow('10.1.0.0/16', { instance: '10.0.0.4' }),
    routeRow('10.1.0.0/16', { instance: '10.0.0.5' }),
    routeRow('10.2.0.0/16'),
  ]
  await branch.record('learned', { ...poll, rows: twice })
  await empty.record('learned', { ...poll, rows: [] })
  await failed.record('learned', { ...poll, rows: [], outcome: 'timeout' })
  const scope = computeShortId(branch.resourceId)
  expect(await asked()).toEqual([
    { scope, subresource: 'hub/branch', kind: 'learned', prefixes: 2 },
    { scope, subresource: 'hub/empty', kind: 'learned', prefixes: 0 },
  ])
  await branch.record('learned', { startedAt: 3_000, finishedAt: 4_000, rows: twice.slice(2) })
  expect(await asked()).toMatchObject([{ prefixes: 1 }, { prefixes: 0 }])
})

it('knows whether a table ever had a route, also after all its routes ended', async () => {
  const gateway = await createTestPollSource(db, { type: 'vpnGateways', name: 'gw-past', subresource: 'hub/past' })
  const asked = () => hasStoredRoutes(db.pool, gateway.sourceId, 'learned')
  await gateway.record('learned', { startedAt: 1_000, finishedAt: 2_000, rows: [] })
  expect(await asked()).toBe(false)
  await gateway.record('learned', { startedAt: 3_000, finishedAt: 4_000, rows: [routeRow('10.1.0.0/16')] })
  await gateway.record('learned', { startedAt: 5_000, finishedAt: 6_000, rows: [] })
  expect([await asked(), await hasStoredRoutes(db.pool, gateway.sourceId, 'advertised')]).toEqual([true, false])
})
