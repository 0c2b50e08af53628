import { beforeEach, expect, it } from 'vitest'
import type { RouterNeighborReport, RouterSessionDown } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readReportedSessions } from '#lib/history/index.ts'
import { readRouterRoutesAt } from './router-routes-at.ts'
import { testBgpPeer, routeAfterPolicy, createTestSessionUpReport } from '#lib/routers/store/testing/reports.ts'
import {
  closeRouterConnection,
  addBmpConnection,
  recordRouterReports,
  recordRouterStates,
} from '#lib/routers/store/index.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 22, 3)
/** Returns a time in the test hour, by its second. */
const s = (seconds: number) => T + seconds * 1_000

let name = ''
let made = 0
beforeEach(() => {
  name = `ce${++made}`
})

const fallen = (second: number): RouterSessionDown => ({
  type: 'sessionDown',
  peer: testBgpPeer,
  at: s(second),
  notBefore: null,
  neighborAsn: 12076,
  reason: { by: 'localWithoutNotification', fsmEvent: 0 },
})

async function connect(at: number) {
  const key = await addBmpConnection(db.pool, { address: '10.20.0.1', name, software: 'GoBGP', at })
  return {
    fall: (second: number) => recordRouterStates(db, key, at, [fallen(second)]),
    report: (...reports: RouterNeighborReport[]) => recordRouterReports(db, key, at, reports),
    close: (until: number) => closeRouterConnection(db.pool, key.connectionId, { until, ended: 'lost', detail: '' }),
  }
}

const own = async () => (await readReportedSessions(db.pool)).findLast(({ neighbor }) => neighbor !== null)?.id ?? 0

/** Returns the known state of each prefix at a second. */
async function at(second: number): Promise<string[]> {
  const sessions = [await own()]
  const { observed, routes } = await readRouterRoutesAt(db.pool, {
    sessions,
    prefixes: ['10.10.0.0/16', '10.11.0.0/16'],
    at: s(second),
  })
  if (observed.size === 0) expect(routes).toEqual([])
  const texts = routes.map(({ view, prefix, attributes }) => `${view} ${prefix} ${attributes.localPref}`)
  return observed.has(sessions[0] ?? 0) ? texts : ['not observed']
}

it('routes after policy are as they were reported by the moment', async () => {
  const router = await connect(s(0))
  await router.report(
    createTestSessionUpReport(s(1)),
    routeAfterPolicy(s(10), '10.10.0.0/16', { localPref: 200 }),
    { ...routeAfterPolicy(s(10), '10.10.0.0/16', { localPref: 900 }), view: 'adjInPre' },
    routeAfterPolicy(s(60), '10.10.0.0/16', { localPref: 50 }),
    routeAfterPolicy(s(60), '2001:db8::/32', { localPref: 70 }),
    { ...routeAfterPolicy(s(90), '10.10.0.0/16'), attributes: null },
  )
  expect(await at(5)).toEqual([])
  expect(await at(10)).toEqual(['adjInPost 10.10.0.0/16 200'])
  expect(await at(59)).toEqual(['adjInPost 10.10.0.0/16 200'])
  expect(await at(60)).toEqual(['adjInPost 10.10.0.0/16 50', 'adjInPost 2001:db8::/32 70'])
  expect(await at(90)).toEqual(['adjInPost 2001:db8::/32 70'])
})

it('what a session takes with it is gone as soon as its fall is recorded', async () => {
  const router = await connect(s(0))
  await router.report(createTestSessionUpReport(s(1)), routeAfterPolicy(s(10), '10.10.0.0/16', { localPref: 200 }))
  await router.fall(30)
  expect(await at(29)).toEqual(['adjInPost 10.10.0.0/16 200'])
  expect(await at(30)).toEqual([])
})

it('nothing is known while the router was not observed, or no longer reported the session', async () => {
  const before = await connect(s(0))
  await before.report(createTestSessionUpReport(s(1)), routeAfterPolicy(s(10), '10.10.0.0/16', { localPref: 200 }))
  await before.close(s(100))
  expect(await at(-1)).toEqual(['not observed'])
  expect(await at(100)).toEqual(['adjInPost 10.10.0.0/16 200'])
  expect(await at(150)).toEqual(['not observed'])
  const after = await connect(s(200))
  await after.report(createTestSessionUpReport(s(201)), routeAfterPolicy(s(202), '10.10.0.0/16', { localPref: 200 }))
  expect(await at(150)).toEqual(['not observed'])
  expect(await at(210)).toEqual(['adjInPost 10.10.0.0/16 200'])
  const stopped = { type: 'sessionDown' as const, peer: testBgpPeer, at: s(300), notBefore: null, neighborAsn: 12_076 }
  await after.report({ ...stopped, reason: { by: 'monitoringStopped' } })
  expect(await at(299)).toEqual(['adjInPost 10.10.0.0/16 200'])
  expect(await at(301)).toEqual(['not observed'])
})

it("of the router's own table those routes are the neighbor's whose next hop it is", async () => {
  const router = await connect(s(0))
  const table = { type: 'locRib' as const, distinguisher: testBgpPeer.distinguisher, neighbor: null }
  const used = (prefix: string, nextHop: string): RouterNeighborReport => ({
    ...routeAfterPolicy(s(10), prefix, { localPref: 200, nextHop }),
    peer: table,
    view: 'locRib',
  })
  await router.report(
    used('10.10.0.0/16', '192.0.2.98'),
    used('10.11.0.0/16', '192.0.2.102'),
    // not requested
    used('10.12.0.0/16', '192.0.2.98'),
    createTestSessionUpReport(s(11)),
    routeAfterPolicy(s(12), '10.10.0.0/16'),
  )
  expect(await at(20)).toEqual(['adjInPost 10.10.0.0/16 null', 'locRib 10.10.0.0/16 200'])
})

it('a prefix is refused that the neighbor announces and the policy takes out, for a minute at least', async () => {
  const refusedAt = async (second: number) => {
    const { refused } = await readRouterRoutesAt(db.pool, { sessions: [await own()], prefixes: [], at: s(second) })
    return refused.map(({ prefix }) => prefix)
  }
  const router = await connect(s(0))
  const announced = (at: number, prefix: string) => ({ ...routeAfterPolicy(at, prefix), view: 'adjInPre' as const })
  await router.report(
    createTestSessionUpReport(s(1)),
    announced(s(10), '10.10.0.0/16'),
    announced(s(10), '10.11.0.0/16'),
  )
  // no route is reported after policy
  expect(await refusedAt(100)).toEqual([])
  await router.report(routeAfterPolicy(s(110), '10.10.0.0/16'))
  expect(await refusedAt(60)).toEqual([])
  expect(await refusedAt(100)).toEqual([])
  expect(await refusedAt(120)).toEqual(['10.11.0.0/16'])
  await router.report(
    routeAfterPolicy(s(200), '10.11.0.0/16'),
    { ...routeAfterPolicy(s(300), '10.10.0.0/16'), attributes: null },
    { ...announced(s(500), '10.10.0.0/16'), attributes: null },
  )
  expect(await refusedAt(150)).toEqual(['10.11.0.0/16'])
  expect(await refusedAt(250)).toEqual([])
  expect(await refusedAt(330)).toEqual([])
  expect(await refusedAt(370)).toEqual(['10.10.0.0/16'])
  expect(await refusedAt(510)).toEqual([])
  await router.close(s(600))
  expect(await refusedAt(700)).toEqual([])
})
