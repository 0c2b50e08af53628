import { beforeEach, describe, expect, it } from 'vitest'
import type { RouterLogLine, RouterDownReason, RouterNeighborReport } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { applyRetention } from '#lib/history/retention/apply-retention.ts'
import { closeRouterConnection, addBmpConnection, openRouterLog } from './router-connections.ts'
import { readReportingRouters, readReportedSessions } from '#lib/history/read/routers.ts'
import { recordRouterLog, recordRouterReports } from './record-router-reports.ts'
import { testBgpPeer, createTestSessionUpReport } from './testing/reports.ts'
import { readRouterCoverage, readRouterSessionHistory } from './index.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 22, 3)
const s = (seconds: number) => T + seconds * 1_000
const ALWAYS = { from: T - 1_000_000, to: T + 10_000_000 }
const MSEE = testBgpPeer.neighbor
const interfaceDown: RouterDownReason = { by: 'log', cause: 'interface', text: 'Interface down' }
const sends = (code: number, subcode: number) =>
  ({ by: 'local', notification: { code, subcode, communication: null, hardResetOf: null } }) as const
const holdTimer: RouterDownReason = sends(4, 0)

const line = (at: number, more: Partial<RouterLogLine>): RouterLogLine => ({
  neighbor: MSEE,
  vrf: null,
  neighborAsn: null,
  at,
  notBefore: Math.floor(at / 1_000) * 1_000,
  state: null,
  reason: null,
  text: 'as it was',
  ...more,
})
const up = (at: number, more: Partial<RouterLogLine> = {}) => line(at, { state: 'up', ...more })
const down = (at: number, reason: RouterDownReason | null = null, more: Partial<RouterLogLine> = {}) =>
  line(at, { state: 'down', reason, ...more })

beforeEach(async () => {
  await db.pool.query('TRUNCATE router CASCADE')
})

const readLog = (address = '10.20.0.1', name = 'ce', at = s(0), neighbors = [MSEE]) =>
  openRouterLog(db.pool, { address, name, at, neighbors })
const spans = async () => {
  const [session] = await readReportedSessions(db.pool)
  const all = session ? await readRouterSessionHistory(db.pool, session.id, ALWAYS) : []
  const second = (at: number) => (at < T ? 'ever' : (at - T) / 1_000)
  return all.map(({ state, from, to }) => `${state} ${second(from.earliest)}-${second(from.latest)}${to ? '' : ' now'}`)
}

describe('a router that has no BMP', () => {
  it('has a session from its first line on, and changes by the seconds of its lines', async () => {
    const log = await readLog()
    await recordRouterLog(db, log, s(0), [down(s(10.2), interfaceDown), up(s(20.4)), down(s(30.6), holdTimer)])
    expect(await spans()).toEqual(['down 10-10.2', 'up 20-20.4', 'down 30-30.6 now'])
    expect(await readReportedSessions(db.pool)).toMatchObject([
      { protocol: 'syslog', state: 'down', reason: holdTimer, localAddress: null, neighbor: MSEE },
    ])
    expect(await readReportingRouters(db.pool)).toMatchObject([
      { name: 'ce', connection: { protocol: 'syslog', ended: null } },
    ])
  })

  it('repeats nothing, and shows a life whose begin alone it says', async () => {
    const log = await readLog()
    await recordRouterLog(db, log, s(0), [up(s(10.2)), up(s(10.3)), up(s(40.5)), up(s(50), { notBefore: null })])
    expect(await spans()).toEqual(['up 10-10.2', 'up 40-40.5 now'])
  })

  it('takes its reason from the line beside that says most', async () => {
    const log = await readLog()
    const sent = line(s(10.1), { reason: holdTimer })
    await recordRouterLog(db, log, s(0), [sent, down(s(10.2), { by: 'local', notification: null })])
    const [session] = await readReportedSessions(db.pool)
    expect(session?.reason).toEqual(holdTimer)
    expect(await readRouterSessionHistory(db.pool, session?.id ?? 0, ALWAYS)).toMatchObject([{ reason: holdTimer }])
  })

  it('has a session for each VRF as far as lines say which', async () => {
    const log = await readLog()
    expect(await recordRouterLog(db, log, s(0), [up(s(1), { vrf: 'A' }), up(s(2), { vrf: 'B' })])).toMatchObject({
      unplaced: 1,
    })
    expect(await readReportedSessions(db.pool)).toMatchObject([{ tableName: 'A' }])
  })
})

describe('a router that has BMP, too', () => {
  const reportDown = (
    at: number,
    reason: RouterDownReason = { by: 'localWithoutNotification', fsmEvent: 0 },
  ): RouterNeighborReport => ({
    type: 'sessionDown',
    peer: testBgpPeer,
    at,
    notBefore: null,
    neighborAsn: 12076,
    reason,
  })
  const connect = () => addBmpConnection(db.pool, { address: '10.20.0.1', name: 'sysname', software: 'x', at: s(0) })

  it('is one router, whose log gives the reason and moves nothing', async () => {
    const bmp = await connect()
    await recordRouterReports(db, bmp, s(0), [createTestSessionUpReport(s(1))])
    const log = await readLog()
    expect(log.routerId).toBe(bmp.routerId)
    await recordRouterLog(db, log, s(0), [down(s(10.1), interfaceDown)])
    expect(await spans()).toEqual(['up ever-1 now'])
    await recordRouterReports(db, bmp, s(0), [reportDown(s(10.2))])
    await recordRouterLog(db, log, s(0), [down(s(14), holdTimer)])
    const [session] = await readReportedSessions(db.pool)
    expect(session).toMatchObject({ protocol: 'bmp', state: 'down', reason: interfaceDown, localAddress: '192.0.2.97' })
    const history = (to: number) => readRouterSessionHistory(db.pool, session?.id ?? 0, { ...ALWAYS, to })
    expect((await history(s(60))).at(-1)?.reason).toEqual(interfaceDown)
    // the history as it was known a moment earlier
    expect((await history(s(10))).at(-1)?.reason ?? null).toBeNull()
  })

  it('has BFD as its reason before the NOTIFICATION that the other end sends after it', async () => {
    const bmp = await connect()
    await recordRouterReports(db, bmp, s(0), [createTestSessionUpReport(s(1))])
    const log = await readLog()
    // FRR 8.4 and BIRD with BFD send this on a link that loses packets for a second.
    await recordRouterLog(db, log, s(0), [line(s(9.6), { reason: sends(6, 10) })])
    await recordRouterReports(db, bmp, s(0), [reportDown(s(10), { ...sends(6, 0), by: 'remote' })])
    expect((await readReportedSessions(db.pool))[0]?.reason).toEqual(sends(6, 10))
  })

  it('keeps the NOTIFICATION that BMP reports, if BFD ends a later attempt to connect', async () => {
    const bmp = await connect()
    await recordRouterReports(db, bmp, s(0), [createTestSessionUpReport(s(1))])
    const log = await readLog()
    const shutDown: RouterDownReason = { ...sends(6, 2), by: 'remote' }
    await recordRouterReports(db, bmp, s(0), [reportDown(s(10), shutDown)])
    await recordRouterLog(db, log, s(0), [line(s(10.7), { reason: sends(6, 10) })])
    expect((await readReportedSessions(db.pool))[0]?.reason).toEqual(shutDown)
  })

  it('has the reason of the nearest line, if several are equally exact', async () => {
    const bmp = await connect()
    await recordRouterReports(db, bmp, s(0), [createTestSessionUpReport(s(1))])
    const log = await readLog()
    // FRR resolves the collision of the connection before, and an operator resets the session just after
    const lines = [line(s(9.5), { reason: sends(6, 7) }), line(s(10.1), { reason: sends(6, 4) })]
    await recordRouterLog(db, log, s(0), lines)
    await recordRouterReports(db, bmp, s(0), [reportDown(s(10.12))])
    expect((await readReportedSessions(db.pool))[0]?.reason).toEqual(sends(6, 4))
  })

  it('is known by its log while its BMP connection is gone, and is not observed by BMP', async () => {
    const bmp = await connect()
    await recordRouterReports(db, bmp, s(0), [createTestSessionUpReport(s(1))])
    await closeRouterConnection(db.pool, bmp.connectionId, { until: s(5), ended: 'closed', detail: '' })
    const log = await readLog('10.20.0.1', 'ce', s(6))
    await recordRouterLog(db, log, s(6), [down(s(10.2), interfaceDown)])
    expect(await spans()).toEqual(['up ever-1', 'down 10-10.2 now'])
    expect(await readReportedSessions(db.pool)).toMatchObject([{ protocol: 'syslog', localAddress: '192.0.2.97' }])
    const covered = (protocol: 'bmp' | 'syslog') => readRouterCoverage(db.pool, log.routerId, { ...ALWAYS, protocol })
    expect(await covered('bmp')).toMatchObject([{ from: s(0), to: s(5) }])
    expect(await covered('syslog')).toMatchObject([{ from: s(6), to: s(10.2) }])
    const again = await connect()
    await recordRouterReports(db, again, s(20), [createTestSessionUpReport(s(20))])
    expect(await readReportedSessions(db.pool)).toMatchObject([{ protocol: 'bmp', state: 'up' }])
  })
})

it('a log is that of the router by its name, where several have its address', async () => {
  const at = s(0)
  const a = await addBmpConnection(db.pool, { address: '10.20.0.7', name: 'a', software: null, at })
  const b = await addBmpConnection(db.pool, { address: '10.20.0.7', name: 'b', software: null, at })
  expect((await readLog('10.20.0.7', 'b')).routerId).toBe(b.routerId)
  const other = await readLog('10.20.0.7', 'c')
  expect([a.routerId, b.routerId]).not.toContain(other.routerId)
  expect((await readLog('10.20.0.7', 'c')).routerId).toBe(other.routerId)
})

it('a log is that of a router behind the one that reports by BMP, where its lines are about other neighbors', async () => {
  const relay = await addBmpConnection(db.pool, { address: '10.20.0.8', name: 'relay', software: null, at: s(0) })
  // until now no session is known whose neighbors would differ
  expect((await readLog('10.20.0.8', 'relay.example')).routerId).toBe(relay.routerId)
  await recordRouterReports(db, relay, s(0), [createTestSessionUpReport(s(1))])
  expect((await readLog('10.20.0.8', 'relay.example')).routerId).toBe(relay.routerId)
  expect((await readLog('10.20.0.8', '', s(2), ['192.0.2.102'])).routerId).toBe(relay.routerId)
  const behind = await readLog('10.20.0.8', 'ce2', s(2), ['192.0.2.102'])
  expect(behind.routerId).not.toBe(relay.routerId)
  expect((await readReportingRouters(db.pool)).map(({ name }) => name)).toEqual(['ce2', 'relay'])
})

it('lines go with retention', async () => {
  const log = await readLog()
  await recordRouterLog(db, log, s(0), [down(s(10.2), interfaceDown)])
  await applyRetention(db, { rawMs: 1, historyMs: 1 }, Date.now() + 400 * 86_400_000)
  const { rows } = await db.pool.query('SELECT FROM router_log_line')
  expect(rows).toHaveLength(0)
})

it('a line is of the session with its neighbor, in any spelling, and in the VRF that it names', async () => {
  const at = s(0)
  const bmp = await addBmpConnection(db.pool, { address: '10.20.0.9', name: 'ce', software: null, at })
  const reported = (neighbor: string | null, tableName: string | null = null, n = 0) =>
    createTestSessionUpReport(s(1), {
      peer: { ...testBgpPeer, neighbor, distinguisher: String(n).repeat(16) },
      tableName,
    })
  const reports = [
    reported(null),
    reported('2001:DB8::1'),
    reported(MSEE, 'A', 1),
    reported(MSEE, 'B', 2),
    reported('192.0.2.9', 'A'),
  ]
  await recordRouterReports(db, bmp, at, reports)
  const log = await readLog('10.20.0.9')
  const lines = ['2001:db8::1', '2001:db8::1 A', `${MSEE} B`, `${MSEE} C`, MSEE, '192.0.2.9', '192.0.2.9 B']
  const unplaced = []
  for (const [n, named] of lines.entries()) {
    const [neighbor = '', vrf = null] = named.split(' ')
    const sent = line(s(2), { neighbor, vrf, text: String(n) })
    unplaced.push((await recordRouterLog(db, log, at, [sent])).unplaced)
  }
  expect(unplaced).toEqual([0, 0, 0, 1, 1, 0, 1])
  const { rows } = await db.pool.query(
    `SELECT l.text || ' ' || s.neighbor || ' ' || coalesce(s.table_name, '') AS line FROM router_log_line l
     JOIN router_session s ON s.id = l.session_id ORDER BY l.text`,
  )
  expect(rows.map((row) => row.line)).toEqual(['0 2001:DB8::1 ', '1 2001:DB8::1 ', `2 ${MSEE} B`, '5 192.0.2.9 A'])
})
