import { beforeEach, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readReportingRouters } from '#lib/history/read/routers.ts'
import { recordRouterReports } from './record-router-reports.ts'
import { openRouterCollector, addBmpConnection, openRouterLog, separateRouterConnection } from './router-connections.ts'
import { RouterLimitError } from '../bmp/router-limit-error.ts'
import { createTestSessionUpReport } from './testing/reports.ts'

const db = withTestDatabase()
const AT = Date.UTC(2026, 10, 22, 3)

type Router = { address: string; name: string }
const ce1 = { address: '10.20.0.1', name: 'ce-1' }
const ce2 = { address: '10.20.0.1', name: 'ce-2' }
/** BGP identifiers of routers that report by BMP, by the name of the router. */
const BGP_IDS: Record<string, string> = { 'ce-1': '10.255.0.1', 'ce-2': '10.255.0.2' }
const collected = (router: Router, asn: number | null = 65_001, bgpId = '10.255.0.1') => ({ ...router, asn, bgpId })

async function report(router: Router, asn = 65_001, localBgpId = BGP_IDS[router.name]) {
  const key = await addBmpConnection(db.pool, { ...router, software: null, at: AT })
  const up = { ...createTestSessionUpReport(AT), localAsn: asn }
  await recordRouterReports(db, key, AT, [localBgpId === undefined ? up : { ...up, localBgpId }])
  return key
}
const named = async (id: number) => (await readReportingRouters(db.pool)).find((router) => router.id === id)

beforeEach(async () => {
  await db.pool.query('TRUNCATE router CASCADE')
})

it.each<[string, Router[], ReturnType<typeof collected>, number[], Router]>([
  ['of the address', [ce1], collected({ ...ce1, name: '192.0.2.1' }), [], ce1],
  ['of the identifier, of two at the address', [ce1, ce2], collected(ce1, 65_001, '10.255.0.2'), [], ce2],
  [
    'of its own, with the name of a router of another address',
    [ce1],
    collected({ ...ce1, address: '127.0.0.66' }),
    [],
    { ...ce1, address: '127.0.0.66' },
  ],
  [
    'of its own, whose ASN is another one',
    [ce1],
    collected({ ...ce1, name: 'fat' }, 65_010),
    [],
    { ...ce1, name: 'fat' },
  ],
  [
    'of its own, with the same name and another ASN',
    [ce1],
    collected(ce1, 65_010),
    [],
    { ...ce1, name: 'ce-1 (AS 65010, 10.255.0.1)' },
  ],
  [
    'of its own, with the same ASN and another identifier',
    [ce1],
    collected({ ...ce1, name: '10.255.0.9' }, 65_001, '10.255.0.9'),
    [],
    { ...ce1, name: '10.255.0.9' },
  ],
  ['of the address, with a declared ASN', [ce1], collected({ ...ce1, name: 'fat' }, 65_010, '10.9.9.9'), [65_010], ce1],
  ['of its own, where none reports by BMP', [], collected(ce1), [], ce1],
])('a session with the collector is of the router %s', async (_, byBmp, opened, declared, found) => {
  for (const router of byBmp) await report(router)
  const { routerId } = await openRouterCollector(db.pool, { ...opened, at: AT + 1_000 }, declared)
  expect(await named(routerId)).toMatchObject(found)
})

it('a router behind an address is found again by its ASN and identifier, whatever name it states', async () => {
  await report(ce1)
  const other = collected({ ...ce1, name: 'fat' }, 65_010, '10.255.0.7')
  const open = async (router: typeof other) => {
    const key = await openRouterCollector(db.pool, { ...router, at: AT })
    const up = { ...createTestSessionUpReport(AT), localAsn: router.asn ?? 0, localBgpId: router.bgpId }
    await recordRouterReports(db, key, AT, [up])
    return key.routerId
  }
  const id = await open(other)
  expect(await open({ ...other, name: 'ce-1' })).toBe(id)
  expect(await open({ ...other, bgpId: '10.255.0.8' })).not.toBe(id)
})

it('identifiers that a former version did not record match by the ASN', async () => {
  const { routerId } = await report(ce1)
  await db.pool.query('UPDATE router_session SET local_bgp_id = NULL')
  expect(await openRouterCollector(db.pool, { ...collected(ce1), at: AT })).toMatchObject({ routerId })
})

it('two routers at once with one address and name are two by their identifiers', async () => {
  const first = await report({ ...ce1, name: 'localhost' }, 65_001, '10.255.0.1')
  const open = () => addBmpConnection(db.pool, { ...ce1, name: 'localhost', software: null, at: AT })
  const stated = { address: ce1.address, name: 'localhost', software: null, at: AT }
  const same = await open()
  expect(await separateRouterConnection(db.pool, same, { ...stated, asn: 65_001, bgpId: '10.255.0.1' })).toBeNull()
  const other = { ...stated, asn: 65_001, bgpId: '10.255.0.2' }
  const moved = await separateRouterConnection(db.pool, await open(), other)
  expect(moved?.routerId).not.toBe(first.routerId)
  expect(await named(moved?.routerId ?? 0)).toMatchObject({ name: 'localhost (AS 65001, 10.255.0.2)' })
  // a router whose identifier changed while it was disconnected is the same router
  await db.pool.query("UPDATE router_connection SET ended = 'closed'")
  expect(await separateRouterConnection(db.pool, await open(), other)).toBeNull()
})

it('an address has at most 16 routers that report, and more whose logs a relay sends', async () => {
  for (let n = 0; n < 16; n++)
    await openRouterCollector(db.pool, { ...collected({ ...ce1, name: `r${n}` }, null), at: AT })
  const more = { ...ce1, name: 'one-more', software: null, at: AT }
  await expect(addBmpConnection(db.pool, more)).rejects.toThrow('10.20.0.1 has 16 routers with other names')
  await expect(openRouterCollector(db.pool, { ...more, asn: 65_001, bgpId: '10.9.9.9' })).rejects.toThrow(
    RouterLimitError,
  )
  await openRouterLog(db.pool, { ...more, neighbors: [] })
  await addBmpConnection(db.pool, { ...more, name: 'r3' })
  expect(await readReportingRouters(db.pool)).toHaveLength(17)
})
