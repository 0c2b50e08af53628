import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listRouters } from '../../read/routers.ts'
import { recordRouterReports } from './record-router-reports.ts'
import { openRouterCollector, openRouterConnection } from './router-connections.ts'
import { sessionUp } from './testing/reports.ts'

const db = withTestDatabase()
const AT = Date.UTC(2026, 10, 22, 3)

type Router = { address: string; name: string }
const ce1 = { address: '10.20.0.1', name: 'ce-1' }
const ce2 = { address: '10.20.0.1', name: 'ce-2' }
const collected = (router: Router, asn: number | null = 65_001) => ({ ...router, asn })

it.each<[string, Router[], ReturnType<typeof collected>, Router]>([
  ['of the address', [ce1], collected({ ...ce1, name: '192.0.2.1' }), ce1],
  ['of the name, of two at the address', [ce1, ce2], collected(ce2), ce2],
  ['of the name and ASN, from another address', [ce1], collected({ ...ce1, address: '10.20.0.9' }), ce1],
  [
    'of its own, whose ASN is another one',
    [ce1],
    collected({ ...ce1, address: '10.20.0.9' }, 65_009),
    { ...ce1, address: '10.20.0.9' },
  ],
  [
    'of its own, of which two at the address have other names',
    [ce1, ce2],
    collected({ ...ce1, name: 'ce-3' }),
    { ...ce1, name: 'ce-3' },
  ],
  ['of its own, where none reports by BMP', [], collected(ce1), ce1],
])('a session with the collector is of the router %s', async (_, byBmp, opened, found) => {
  await db.pool.query('TRUNCATE router CASCADE')
  for (const router of byBmp) {
    const key = await openRouterConnection(db.pool, { ...router, software: null, at: AT })
    await recordRouterReports(db, key, AT, [{ ...sessionUp(AT), localAsn: 65_001 }])
  }
  const { routerId } = await openRouterCollector(db.pool, { ...opened, at: AT + 1_000 })
  const listed = (await listRouters(db.pool)).find(({ id }) => id === routerId)
  expect(listed).toMatchObject(found)
  expect(await openRouterCollector(db.pool, { ...opened, at: AT + 2_000 })).toMatchObject({ routerId })
})
