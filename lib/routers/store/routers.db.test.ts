import { beforeEach, describe, expect, it } from 'vitest'
import type { RouterNeighborReport, RouterSessionDown } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { applyRetention } from '#lib/history/retention/apply-retention.ts'
import {
  closeRouterConnection,
  endVanishedRouterConnections,
  extendRouterConnections,
  reassignRouterSessions,
  addBmpConnection,
} from './router-connections.ts'
import { readReportingRouters, readReportedSessions } from '#lib/history/read/routers.ts'
import { recordRouterReports, recordRouterStates } from './record-router-reports.ts'
import { removeRouter } from './remove-router.ts'
import { MAX_ROUTER_ROUTES, RouterRecordingProgress } from './router-batch.ts'
import { endRoutesOfEndedSessions } from './router-route-rows.ts'
import { testBgpPeer, createTestRouterRouteAttributes, createTestSessionUpReport as up } from './testing/reports.ts'
import {
  readRouterCoverage,
  readRouterRoutes,
  readRouterSessionHistory,
  listRouterSessions,
  readMonitoredRibs,
} from './index.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 22, 3)
/** Returns a time in seconds after `T`. */
const s = (seconds: number) => T + seconds * 1_000
const ALWAYS = { from: T - 1_000_000, to: T + 10_000_000 }
const attributes = createTestRouterRouteAttributes()

const down = (at: number, notBefore: number | null = null, fsmEvent = 0): RouterSessionDown => ({
  type: 'sessionDown',
  peer: testBgpPeer,
  at,
  notBefore,
  neighborAsn: 12076,
  reason: { by: 'localWithoutNotification', fsmEvent },
})
const route = (at: number, prefix: string, more: object = {}): RouterNeighborReport => ({
  type: 'route',
  peer: testBgpPeer,
  at,
  notBefore: null,
  view: 'adjInPre',
  prefix,
  pathId: null,
  attributes,
  ...more,
})
const withdraw = (at: number, prefix: string) => route(at, prefix, { attributes: null })
const tableRead = (at: number): RouterNeighborReport => ({
  type: 'tableRead',
  peer: testBgpPeer,
  at,
  notBefore: null,
  view: 'adjInPre',
  family: 'ipv4',
})

let made = 0
let name = ''
let address = ''
beforeEach(() => {
  name = `ce${++made}`
  address = `10.20.0.${made}`
})

/** Connects the test's router, whose reports are then recorded immediately. */
async function connect(at: number) {
  const key = await addBmpConnection(db.pool, { address, name, software: 'FRRouting 8.4.4', at })
  return {
    ...key,
    report: (...reports: RouterNeighborReport[]) => recordRouterReports(db, key, at, reports),
    close: (until: number) => closeRouterConnection(db.pool, key.connectionId, { until, ended: 'closed', detail: '' }),
  }
}

async function session() {
  const router = (await readReportingRouters(db.pool)).find((one) => one.name === name)
  const [first, ...others] = await listRouterSessions(db.pool, router?.id ?? 0)
  expect(others).toEqual([])
  if (!first) throw new Error('no session')
  const { routes: _, ...uncounted } = first
  expect(await readReportedSessions(db.pool)).toContainEqual(uncounted)
  return first
}

/** Returns intervals as `state from-from .. to-to`, in seconds after `T`. */
async function spans(): Promise<string[]> {
  const text = (at: number) => (at < T - 1_000_000 ? 'ever' : String((at - T) / 1_000))
  const history = await readRouterSessionHistory(db.pool, (await session()).id, ALWAYS)
  return history.map(({ state, from, to }) => {
    const end = to ? `${text(to.earliest)}-${text(to.latest)}` : 'now'
    return `${state} ${text(from.earliest)}-${text(from.latest)} .. ${end}`
  })
}

async function routes(): Promise<string[]> {
  const text = (at: number) => (at < T - 1_000_000 ? 'ever' : String((at - T) / 1_000))
  const found = await readRouterRoutes(db.pool, (await session()).id, { ...ALWAYS, limit: 100 })
  return found.map(({ prefix, from, to, ended, attributes: { med } }) => {
    const end = to ? `${text(to.earliest)}-${text(to.latest)} ${ended}` : 'now'
    return `${prefix}${med === null ? '' : ` med ${med}`} ${text(from.earliest)}-${text(from.latest)} .. ${end}`
  })
}

describe('a session', () => {
  it('is what Peer Up says', async () => {
    const router = await connect(s(0))
    await router.report(up(s(1), { established: { earliest: s(-500), latest: s(-499) } }))
    expect(await session()).toMatchObject({
      neighbor: '192.0.2.98',
      localAddress: '192.0.2.97',
      localAsn: 65010,
      neighborAsn: 12076,
      holdTimeSeconds: 180,
      state: 'up',
      reason: null,
      since: { earliest: s(-500), latest: s(1) },
      observedUntil: null,
    })
  })

  it('is down within the router’s second and the arrival, and up again by arrival', async () => {
    const router = await connect(s(0))
    await router.report(up(s(1)))
    await router.report(down(s(60.4), s(60)), up(s(70.2)))
    expect(await spans()).toEqual(['up ever-1 .. 60-60.4', 'down 60-60.4 .. 60-70.2', 'up 60-70.2 .. now'])
  })

  it('is observed by the connection that it was handed over to, whatever ends the other', async () => {
    const newer = await connect(s(0))
    await newer.report(up(s(1)))
    const older = await connect(s(2))
    await reassignRouterSessions(db.pool, newer, older, [testBgpPeer])
    await newer.close(s(10))
    expect(await session()).toMatchObject({ state: 'up', observedUntil: null })
  })

  it('came up within what was seen of it, whatever second its router names', async () => {
    const before = await connect(s(0))
    await before.report(up(s(1)), down(s(10)))
    await before.close(s(12))
    const router = await connect(s(60))
    const boot = s(-18_000)
    await router.report(up(s(61), { established: { earliest: boot, latest: s(61) } }))
    expect(await session()).toMatchObject({ state: 'up', established: { earliest: s(12), latest: s(61) } })
    await router.close(s(70))
    const again = await connect(s(80))
    await again.report(up(s(80), { established: { earliest: s(59), latest: s(80) } }))
    expect(await session()).toMatchObject({ established: { earliest: s(12), latest: s(61) } })
  })

  it('of which a message could not be read is not observed until it is stated again', async () => {
    const router = await connect(s(0))
    await router.report(up(s(1)), { type: 'sessionUnread', peer: testBgpPeer, at: s(10), notBefore: null, detail: '' })
    expect(await session()).toMatchObject({ state: 'up', observedUntil: s(10) })
    await router.report(down(s(20)))
    expect(await session()).toMatchObject({
      state: 'down',
      since: { earliest: s(10), latest: s(20) },
      observedUntil: null,
    })
  })

  it('that is reported down again and again is down once, for the first reason', async () => {
    const router = await connect(s(0))
    await router.report(up(s(1)), down(s(10.4), s(10)), down(s(12), s(10), 18))
    await router.report(down(s(14), s(10), 18), down(s(16), s(10), 18), up(s(20)))
    expect(await spans()).toEqual(['up ever-1 .. 10-10.4', 'down 10-10.4 .. 10-20', 'up 10-20 .. now'])
    const [, second] = await readRouterSessionHistory(db.pool, (await session()).id, ALWAYS)
    expect(second?.reason).toEqual({ by: 'localWithoutNotification', fsmEvent: 0 })
  })

  it('that flaps within a millisecond keeps both changes', async () => {
    const router = await connect(s(0))
    await router.report(up(s(1)), down(s(5)), up(s(5)))
    expect(await spans()).toHaveLength(3)
  })
})

it('the tables that a router ever sent are known, and asked for by name', async () => {
  const router = await connect(s(0))
  await router.report(up(s(1)), route(s(2), '10.10.0.0/16'), route(s(2), '10.10.0.0/16', { view: 'adjOutPost' }))
  await router.report(route(s(3), '10.10.0.0/16', { view: 'adjOutPost', attributes: null }))
  const { id = 0 } = (await session()) ?? {}
  expect(await readMonitoredRibs(db.pool, id)).toEqual(['adjInPre', 'adjOutPost'])
  const sent = await readRouterRoutes(db.pool, id, { ...ALWAYS, limit: 10, views: ['adjOutPost'] })
  expect(sent).toMatchObject([{ view: 'adjOutPost', ended: 'withdrawn' }])
})

describe('a station that was away', () => {
  it('is a gap of coverage; the same state goes on', async () => {
    const first = await connect(s(0))
    await first.report(up(s(1)))
    await first.close(s(100))
    expect(await session()).toMatchObject({ state: 'up', observedUntil: s(100) })
    const second = await connect(s(200))
    await second.report(up(s(201)))
    expect(await session()).toMatchObject({ observedUntil: null })
    expect(await spans()).toEqual(['up ever-1 .. now'])
    expect(await readRouterCoverage(db.pool, first.routerId, { ...ALWAYS, protocol: 'bmp' })).toEqual([
      { from: s(0), to: s(100), ended: 'closed', detail: null },
      { from: s(200), to: s(201), ended: null, detail: null },
    ])
  })

  it('knows of another state that it began while the station was away', async () => {
    const first = await connect(s(0))
    await first.report(up(s(1)))
    await first.close(s(100))
    const second = await connect(s(200))
    await second.report(down(s(201)))
    expect(await spans()).toEqual(['up ever-1 .. 100-201', 'down 100-201 .. now'])
  })

  it('knows of a life that began meanwhile, where the router says when', async () => {
    const first = await connect(s(0))
    await first.report(up(s(1)))
    await first.close(s(100))
    const second = await connect(s(200))
    await second.report(up(s(201), { established: { earliest: s(150), latest: s(151) } }))
    expect(await spans()).toEqual(['up ever-1 .. 100-151', 'up 150-201 .. now'])
  })

  it('does not take a neighbor that is no longer monitored for a session that is down', async () => {
    const router = await connect(s(0))
    await router.report(up(s(1)), { ...down(s(10)), reason: { by: 'monitoringStopped' } } as RouterNeighborReport)
    expect(await session()).toMatchObject({ state: 'up', observedUntil: s(10) })
  })

  it('ends what its station did not live to end', async () => {
    // end connections that other tests left open
    await endVanishedRouterConnections(db.pool, s(100_000))
    const first = await connect(s(0))
    await first.report(up(s(1)))
    await extendRouterConnections(db.pool, [first.connectionId], s(50))
    expect(await endVanishedRouterConnections(db.pool, s(50))).toBe(0)
    expect(await endVanishedRouterConnections(db.pool, s(51))).toBeGreaterThan(0)
    expect(await session()).toMatchObject({ observedUntil: s(50) })
    expect((await readReportingRouters(db.pool)).find((one) => one.name === name)?.connection).toMatchObject({
      ended: 'vanished',
      to: s(50),
    })
  })
})

describe('a route', () => {
  it('is announced, changed and withdrawn', async () => {
    const router = await connect(s(0))
    await router.report(up(s(1)), route(s(2), '10.10.0.0/16'), tableRead(s(3)))
    await router.report(route(s(10.2), '10.10.0.0/16', { notBefore: s(10), attributes: { ...attributes, med: 50 } }))
    await router.report(
      route(s(11), '10.10.0.0/16', { attributes: { ...attributes, med: 50 } }),
      withdraw(s(20), '10.10.0.0/16'),
    )
    await router.report(withdraw(s(21), '10.10.0.0/16'), withdraw(s(21), '10.99.0.0/16'))
    expect(await routes()).toEqual([
      '10.10.0.0/16 ever-2 .. 10-10.2 replaced',
      '10.10.0.0/16 med 50 10-10.2 .. 10-20 withdrawn',
    ])
    expect((await session()).routes).toEqual({})
  })

  it('ends with its session, which withdraws nothing', async () => {
    const router = await connect(s(0))
    await router.report(
      up(s(1)),
      route(s(2), '10.10.0.0/16'),
      down(s(30.5), s(30)),
      up(s(40)),
      route(s(41), '10.10.0.0/16'),
    )
    expect(await routes()).toEqual(['10.10.0.0/16 ever-2 .. 30-30.5 sessionDown', '10.10.0.0/16 30-41 .. now'])
  })

  it('that is not sent again went while the station was away', async () => {
    const first = await connect(s(0))
    await first.report(up(s(1)), route(s(2), '10.10.0.0/16'), route(s(2), '10.11.0.0/16'), tableRead(s(3)))
    await first.close(s(100))
    const second = await connect(s(200))
    await second.report(up(s(201)), route(s(202), '10.11.0.0/16'), route(s(202), '10.12.0.0/16'))
    expect((await session()).routes).toEqual({ adjInPre: 3 })
    await second.report(tableRead(s(203)))
    expect(await routes()).toEqual([
      '10.10.0.0/16 ever-2 .. 100-203 notInTable',
      '10.11.0.0/16 ever-2 .. now',
      '10.12.0.0/16 100-202 .. now',
    ])
  })

  it('is kept by view and by path', async () => {
    const router = await connect(s(0))
    const [one, two] = [route(s(2), '10.10.0.0/16', { pathId: 1 }), route(s(2), '10.10.0.0/16', { pathId: 2 })]
    await router.report(up(s(1)), one, two, route(s(2), '10.10.0.0/16', { view: 'locRib' }))
    await router.report(route(s(3), '10.10.0.0/16', { pathId: 1, attributes: null }))
    expect((await session()).routes).toEqual({ adjInPre: 1, locRib: 1 })
  })

  it('that comes and goes within one batch leaves its past', async () => {
    const router = await connect(s(0))
    await router.report(
      up(s(1)),
      route(s(2), '2001:db8::/32'),
      withdraw(s(2), '2001:db8::/32'),
      route(s(4), '2001:db8::/32'),
    )
    expect(await routes()).toEqual(['2001:db8::/32 ever-2 .. 2-2 withdrawn', '2001:db8::/32 ever-4 .. now'])
  })
})

it('what ended long ago is deleted, what is current stays', async () => {
  const router = await connect(s(0))
  await router.report(
    up(s(1)),
    route(s(2), '10.10.0.0/16'),
    withdraw(s(3), '10.10.0.0/16'),
    route(s(4), '10.11.0.0/16'),
  )
  await router.report(down(s(5)), up(s(6)), route(s(7), '10.11.0.0/16'))
  await applyRetention(db, { rawMs: 1_000, historyMs: 1_000 }, s(100))
  expect(await spans()).toEqual(['up ever-6 .. now'])
  expect(await routes()).toEqual(['10.11.0.0/16 ever-7 .. now'])
})

it('a router that never had a session is deleted with its connections', async () => {
  const router = await connect(s(0))
  await router.close(s(1))
  const isThere = async () =>
    (await db.pool.query('SELECT FROM router WHERE id = $1', [router.routerId])).rows.length === 1
  await applyRetention(db, { rawMs: 1_000, historyMs: 1_000 }, s(0))
  expect(await isThere()).toBe(true)
  await applyRetention(db, { rawMs: 1_000, historyMs: 1_000 }, s(100))
  expect(await isThere()).toBe(false)
})

it('neighbors are in the order of their addresses', async () => {
  const router = await connect(s(0))
  const neighbors = ['10.0.0.10', '10.0.0.2', '2001:db8::a', '2001:db8::9', null]
  await router.report(...neighbors.map((neighbor) => up(s(1), { peer: { ...testBgpPeer, neighbor } })))
  const sessions = await listRouterSessions(db.pool, router.routerId)
  expect(sessions.map(({ neighbor }) => neighbor)).toEqual([
    null,
    '10.0.0.2',
    '10.0.0.10',
    '2001:db8::9',
    '2001:db8::a',
  ])
})

it('routes of a session whose end was recorded ahead of them end with it, though the station ended before it came to them', async () => {
  const router = await connect(s(0))
  await router.report(up(s(1)), route(s(2), '10.10.0.0/16'), route(s(3), '10.11.0.0/16'))
  await recordRouterStates(db, router, s(0), [down(s(10), s(9)), up(s(12))])
  const again = await connect(s(100))
  await endRoutesOfEndedSessions(db.pool, again.routerId)
  await again.report(up(s(101)), route(s(102), '10.10.0.0/16'), tableRead(s(103)))
  expect(await routes()).toEqual([
    '10.10.0.0/16 ever-2 .. 9-10 sessionDown',
    '10.10.0.0/16 9-102 .. now',
    '10.11.0.0/16 ever-3 .. 9-10 sessionDown',
  ])
})

/** Returns a database whose transactions end and then fail. */
const failing = (end: 'lost' | 'rolled back'): Database => ({
  ...db,
  transaction: async (work) => {
    const fail = async () => Promise.reject(new Error(end))
    if (end === 'rolled back') return db.transaction(async (client) => (await work(client), fail()))
    await db.transaction(work)
    return fail()
  },
})

it.each(['lost', 'rolled back'] as const)(
  'a batch whose commit was %s is tried again, and recorded once',
  async (end) => {
    const router = await connect(s(0))
    const progress = new RouterRecordingProgress()
    const reports = [up(s(1)), route(s(2), '10.10.0.0/16'), down(s(3), s(2))]
    await expect(recordRouterReports(failing(end), router, s(0), reports, progress)).rejects.toThrow(end)
    const states = ['up', 'down'].map((state) => ({ neighbor: testBgpPeer.neighbor, state }))
    expect(await recordRouterReports(db, router, s(0), reports, progress)).toEqual({
      sessions: states,
      taken: 3,
      upTo: s(3),
    })
    expect(await spans()).toEqual(['up ever-1 .. 2-3', 'down 2-3 .. now'])
    expect(progress.unanswered).toBeNull()
  },
)

it('a state that is recorded ahead says what it means for the routes before it, of which so many end at once', async () => {
  const router = await connect(s(0))
  const progress = new RouterRecordingProgress()
  const first = up(s(1), { notBefore: s(0.5) })
  const states = [first, down(s(10), s(9)), up(s(12), { notBefore: s(11) })]
  const { ahead } = await recordRouterStates(db, router, s(0), states, progress)
  const bounds = (sessionSince: number | null) => ({ sessionSince, gapFrom: null })
  const [none, one, two, three] = [null, s(0.5), s(9), s(11)].map(bounds)
  const said = { type: 'recordedAhead', peer: testBgpPeer }
  expect(ahead).toEqual([
    { ...said, at: s(1), before: none, after: one, sweep: null },
    { ...said, at: s(10), before: one, after: two, sweep: { earliest: s(9) } },
    { ...said, at: s(12), before: two, after: three, sweep: null },
  ])
  const record = (...reports: Parameters<typeof recordRouterReports>[3]) =>
    recordRouterReports(db, router, s(0), reports, progress)
  const [began, fell, rose] = ahead
  if (!began || !fell || !rose) throw new Error('three')
  const many = Array.from({ length: 2_001 }, (_, n) => route(s(2), `10.${n >> 8}.${n & 255}.0/24`))
  expect(await record(began, ...many, fell, rose)).toMatchObject({ taken: 2_002, upTo: s(2) })
  expect((await session()).routes).toEqual({ adjInPre: 1 })
  expect(await record(fell, rose, route(s(13), '10.0.0.0/24'))).toMatchObject({ taken: 3, upTo: s(13) })
  expect((await routes()).slice(0, 3)).toEqual([
    '10.0.0.0/24 0.5-2 .. 9-10 sessionDown',
    '10.0.0.0/24 11-13 .. now',
    '10.0.1.0/24 0.5-2 .. 9-10 sessionDown',
  ])
  // existing rows do not count as new, and an excessive count is corrected
  progress.routes = MAX_ROUTER_ROUTES
  await record(route(s(14), '10.0.0.0/24', { attributes: { ...attributes, med: 1 } }))
  expect(progress.routes).toBe(MAX_ROUTER_ROUTES)
  await record(route(s(15), '10.99.0.0/16'))
  expect(progress.routes).toBe(2_002)
})

it('a router is removed with everything that it reported, and only while it is not connected', async () => {
  const other = await connect(s(0))
  await other.report(up(s(1)), route(s(2), '10.10.0.0/16'))
  name = `${name}-gone`
  const gone = await connect(s(0))
  await gone.report(up(s(1)), route(s(2), '10.10.0.0/16'), down(s(3), s(2)))
  expect(await removeRouter(db, gone.routerId)).toEqual({ is: 'connected' })
  expect(await spans()).toEqual(['up ever-1 .. 2-3', 'down 2-3 .. now'])
  await gone.close(s(10))
  expect(await removeRouter(db, gone.routerId)).toEqual({ is: 'removed', address, name })
  expect(await removeRouter(db, gone.routerId)).toEqual({ is: 'unknown' })
  const routers = (await readReportingRouters(db.pool)).filter((one) => one.address === address)
  expect(routers.map(({ id }) => id)).toEqual([other.routerId])
  expect(await listRouterSessions(db.pool, gone.routerId)).toEqual([])
  name = name.replace('-gone', '')
  expect(await routes()).toEqual(['10.10.0.0/16 ever-2 .. now'])
})
