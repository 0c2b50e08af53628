import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { testBgpPeer, routeAfterPolicy, createTestSessionUpReport } from '#lib/routers/store/testing/reports.ts'
import { readForwardingRevision } from './forwarding-revision.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { createTestPollSource, peerRow, routeRow } from '#lib/history/testing/feed.ts'
import { addBmpConnection, recordRouterReports } from '#lib/routers/store/index.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

it('what is forwarded has the same fingerprint until a table, a neighbor or a declaration changes', async () => {
  const feed = await createTestPollSource(db)
  let minute = 0
  const learn = (...prefixes: string[]) => {
    const startedAt = T0 + ++minute * 60_000
    return feed.record('learned', {
      startedAt,
      finishedAt: startedAt + 1_000,
      rows: prefixes.map((one) => routeRow(one)),
    })
  }
  const now = () => readForwardingRevision(db.pool)
  await learn('10.1.0.0/16', '10.2.0.0/16')
  const first = await now()
  await learn('10.2.0.0/16', '10.1.0.0/16')
  expect(await now()).toEqual(first)
  await learn('10.1.0.0/16')
  const less = await now()
  expect(less.tables.get(feed.sourceId)).not.toBe(first.tables.get(feed.sourceId))
  expect(less.rest).toBe(first.rest)
  await learn('10.1.0.0/16', '10.2.0.0/16')
  expect((await now()).tables.get(feed.sourceId)).toBe(first.tables.get(feed.sourceId))
  await feed.record('peers', { startedAt: T0, finishedAt: T0 + 1_000, rows: [peerRow()] })
  const withPeer = await now()
  expect(withPeer.rest).not.toBe(first.rest)
  const site = { name: 'London', prefixes: ['10.1.0.0/16'], home: null, routers: [] }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { sites: [site] }, { by: 'ops', expected: null }),
  )
  expect((await now()).rest).not.toBe(withPeer.rest)
  const declared = (await now()).rest
  const connection = { address: '10.20.0.1', name: 'ce', software: null, at: T0 }
  const router = await addBmpConnection(db.pool, connection)
  await recordRouterReports(db, router, T0, [createTestSessionUpReport(T0)])
  const withRouter = (await now()).rest
  expect(withRouter).not.toBe(declared)
  const prefers = (localPref: number) => routeAfterPolicy(T0, '10.10.0.0/16', { localPref })
  await recordRouterReports(db, router, T0, [prefers(200)])
  const preferred = (await now()).rest
  expect(preferred).not.toBe(withRouter)
  await recordRouterReports(db, router, T0, [prefers(200), { ...prefers(300), view: 'adjOutPre' }])
  expect((await now()).rest).toBe(preferred)
  await recordRouterReports(db, router, T0, [prefers(100)])
  const other = (await now()).rest
  expect(other).not.toBe(preferred)
  const gateway = { ...testBgpPeer, neighbor: '10.0.4.20' }
  const overVpn = [
    createTestSessionUpReport(T0, { peer: gateway, neighborAsn: 65_515 }),
    { ...prefers(100), peer: gateway },
  ]
  await recordRouterReports(db, router, T0, overVpn)
  const withVpn = (await now()).rest
  expect(withVpn).not.toBe(other)
  const provider = { ...testBgpPeer, neighbor: '203.0.113.9' }
  const transit = [
    createTestSessionUpReport(T0, { peer: provider, neighborAsn: 3_320 }),
    { ...prefers(100), peer: provider },
  ]
  await recordRouterReports(db, router, T0, transit)
  expect((await now()).rest).toBe(withVpn)
})
