import { beforeAll, expect, it } from 'vitest'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { putDeclarations } from '#lib/declarations/answers/index.ts'
import { NotFoundError } from '#lib/questions/index.ts'

import { compareRouterConfiguration, getRouterConfiguration } from './router-configuration.ts'
import { getCircuitRouters, getRouter, getRouters } from './routers.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  createInventoryRows,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { closeRouterConnection, openRouterCollector, addBmpConnection, recordRouterReports } from '../store/index.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 22, 3)
const s = (seconds: number) => T + seconds * 1_000
const circuit = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
const peer = { type: 'global' as const, distinguisher: '0'.repeat(16), neighbor: '172.16.0.2' }
const up = (at: number, neighbor = peer.neighbor, localAddress = '172.16.0.1') => ({
  type: 'sessionUp' as const,
  peer: { ...peer, neighbor },
  at,
  notBefore: null,
  established: null,
  localAddress,
  localAsn: 65_001,
  neighborAsn: 12_076,
  neighborBgpId: '192.0.2.1',
  holdTimeSeconds: 180,
  tableName: null,
})
const attributes = {
  nextHop: '172.16.0.1',
  asPath: [65_001],
  asPathCorrected: false,
  origin: 'igp' as const,
  med: null,
  localPref: null,
  communities: [],
  extendedCommunities: [],
  largeCommunities: [],
  unreadable: [],
}
const shut = (at: number) => ({
  type: 'sessionDown' as const,
  peer,
  at,
  notBefore: at - 900,
  neighborAsn: 12_076,
  reason: {
    by: 'local' as const,
    notification: { code: 4, subcode: 0, communication: null, hardResetOf: null },
  },
})

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(s(0))
  await feed.summary(s(600), 'primary', [createCustomerNeighbor('primary')])
  const ce = await addBmpConnection(db.pool, {
    address: '10.20.0.1',
    name: 'ce-1',
    software: 'FRRouting 8.4.4',
    at: s(0),
  })
  await recordRouterReports(db, ce, s(0), [
    up(s(0)),
    shut(s(300)),
    { ...up(s(1)), at: s(301), peer: { ...peer, neighbor: '203.0.113.9' }, localAddress: '203.0.113.8' },
  ])
  const other = await addBmpConnection(db.pool, { address: '10.20.0.9', name: '', software: null, at: s(10) })
  await closeRouterConnection(db.pool, other.connectionId, { until: s(20), ended: 'lost', detail: '' })
})

it('lists routers with the path of each session and both ends of it', async () => {
  const { data } = await getRouters(db.pool, { limit: 10 }, s(610))
  expect(data.map(({ name, address, state, ended }) => [name, address, state, ended?.how])).toEqual([
    [null, '10.20.0.9', 'away', 'lost'],
    ['ce-1', '10.20.0.1', 'connected', undefined],
  ])
  const [own, alien] = data[1]?.peers ?? []
  expect(own).toMatchObject({
    neighbor: '172.16.0.2',
    state: 'down',
    reason: { words: 'the router closed it: Hold Timer Expired (4/0)' },
    join: {
      state: 'inferred',
      paths: [
        {
          circuitId: circuit,
          circuitName: 'ckt-lon',
          peering: 'private',
          path: 'primary',
          evidence: { mseeAddress: true, customerAddress: true, asns: true, isOnly: true },
        },
      ],
    },
    ends: { azure: { state: 'up' }, verdict: 'router_down' },
  })
  expect(own?.ends?.differsFor?.minMs).toBeGreaterThan(290_000)
  expect(alien).toMatchObject({ neighbor: '203.0.113.9', state: 'up', join: { state: 'none', paths: [] }, ends: null })
})

it('shows one router with what its sessions were, and says what is no router', async () => {
  const { data: all } = await getRouters(db.pool, { limit: 10 }, s(610))
  const { data } = await getRouter(db.pool, all[1]?.id ?? '', s(610))
  expect(data.peers[0]?.history.map(({ state, reason }) => [state, reason?.by])).toEqual([
    ['down', 'local'],
    ['up', undefined],
  ])
  await expect(getRouter(db.pool, '999', s(610))).rejects.toThrow(NotFoundError)
  await expect(getRouter(db.pool, circuit, s(610))).rejects.toThrow(NotFoundError)
})

it("shows a circuit's paths at the customer's end, and when the router was not observed", async () => {
  const { data } = await getCircuitRouters(db.pool, circuit, { from: s(-600), to: s(600) }, s(610))
  expect(data).toMatchObject([
    {
      peering: 'private',
      path: 'primary',
      routerName: 'ce-1',
      history: [{ state: 'down' }, { state: 'up' }],
      notObserved: [{ from: s(-600), to: s(0) }, { from: s(301) }],
    },
  ])
})

it('holds what the router announces against what Azure learned, and says where the router does not report it', async () => {
  const announcedNow = async () => (await getCircuitRouters(db, circuit, {}, s(2_010))).data[0]?.announced
  expect(await announcedNow()).toMatchObject({ table: null, counts: null, differences: [] })
  expect((await announcedNow())?.words).toContain('does not report what it announces')

  const feed = createTestEstatePollRecorder(db)
  const ce = await addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce-1', software: null, at: s(1_000) })
  const out = (prefix: string, view: 'adjOutPre' | 'adjOutPost', at: number) => ({
    type: 'route' as const,
    peer,
    at,
    notBefore: at - 500,
    view,
    prefix,
    pathId: null,
    attributes,
  })
  await recordRouterReports(db, ce, s(1_000), [
    up(s(1_001)),
    ...['10.1.0.0/16', '10.2.0.0/16'].map((prefix) => out(prefix, 'adjOutPost', s(1_002))),
    ...['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'].map((prefix) => out(prefix, 'adjOutPre', s(1_002))),
    out('10.4.0.0/16', 'adjOutPost', s(1_990)),
  ])
  expect((await announcedNow())?.words).toContain('has not been read')
  await feed
    .on('AzurePrivatePeering/primary')
    .tables(s(2_000), [
      route('10.1.0.0/16', { nextHop: '172.16.0.1', asPath: [65_001] }),
      route('10.5.0.0/16', { nextHop: '172.16.0.1', asPath: [65_001] }),
      route('10.9.0.0/16', { nextHop: '10.0.4.12', asPath: [65_515] }),
    ])
  expect(await announcedNow()).toMatchObject({
    table: 'adjOutPost',
    counts: { learned: 1, notYet: 1, notLearned: 1, byPolicy: 1, learnedOnly: 1 },
    differences: [
      { prefix: '10.2.0.0/16', verdict: 'not_learned' },
      { prefix: '10.3.0.0/16', verdict: 'by_policy' },
      { prefix: '10.4.0.0/16', verdict: 'not_yet' },
      { prefix: '10.5.0.0/16', verdict: 'learned_only', since: null },
    ],
  })

  // a route beyond the maximum would be reported as not advertised
  const more = `INSERT INTO router_route (session_id, view, prefix, path_id, attributes_id, last_absent, first_present, last_present, seen_at)
    SELECT session_id, view, set_masklen('11.0.0.0'::inet + n * 256, 24), path_id, attributes_id, last_absent, first_present, last_present, seen_at
    FROM router_route, generate_series(1, 40000) n WHERE view = 'adjOutPost' AND prefix = '10.1.0.0/16'`
  await db.pool.query(more)
  expect(await announcedNow()).toMatchObject({
    counts: null,
    differences: [],
    words: expect.stringContaining('more routes than are read at a time (40,000)') as string,
  })
  await db.pool.query("DELETE FROM router_route WHERE prefix << '11.0.0.0/8'")
  expect((await announcedNow())?.counts).toMatchObject({ learned: 1 })
})

it('goes by what is declared', async () => {
  const routerNeighbors = [
    {
      router: '10.20.0.1',
      name: 'ce-1',
      distinguisher: '0'.repeat(16),
      neighbor: '203.0.113.9',
      circuit: TEST_ESTATE_CIRCUIT_ARM_ID,
      peering: 'private' as const,
      path: 'secondary' as const,
    },
  ]
  await putDeclarations(db, { routerNeighbors })
  const { data } = await getRouters(db.pool, { limit: 10 }, Date.now())
  expect(data[1]?.peers[1]?.join).toMatchObject({
    state: 'confirmed',
    paths: [{ circuitId: circuit, path: 'secondary' }],
  })
})

it('has the primary path before the secondary, whichever the router names first', async () => {
  await db.pool.query('TRUNCATE router CASCADE')
  const ce = await addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce-1', software: null, at: s(3_000) })
  const primary = { ...up(s(3_000)), peer: { ...peer, distinguisher: '0000000000000001' } }
  await recordRouterReports(db, ce, s(3_000), [up(s(3_000), '172.16.0.6', '172.16.0.5'), primary])
  const { data } = await getCircuitRouters(db.pool, circuit, {}, s(3_010))
  expect(data.map(({ path }) => path)).toEqual(['primary', 'secondary'])
})

it('lists the longest times in which a router was not observed, and counts the others', async () => {
  // 2,300 connections, one a minute, each lost after half a minute
  const { rowCount } = await db.pool.query(
    `INSERT INTO router_connection (router_id, from_at, to_at, protocol)
     SELECT router_id, at, at + interval '30 s', 'bmp'
     FROM (SELECT DISTINCT router_id FROM router_connection) r, generate_series(1, 2300) n,
          LATERAL (SELECT $1::timestamptz - interval '3 d' + n * interval '1 min' AS at) t`,
    [new Date(s(0))],
  )
  expect(rowCount).toBe(2_300)
  const { data } = await getCircuitRouters(db.pool, circuit, { from: s(-4 * 86_400), to: s(600) }, s(610))
  const [{ notObserved = [], notObservedOmitted = 0 } = {}] = data
  expect(notObserved).toHaveLength(2_000)
  // the gap before them, the gaps between them, and the gap until the connection of the other tests
  expect(notObserved.length + notObservedOmitted).toBe(1 + 2_299 + 1)
  const lengths = notObserved.map(({ from, to }) => to - from)
  expect(Math.max(...lengths)).toBeGreaterThan(86_400_000)
})

it("writes the configuration of a circuit's routers, compares a pasted one, and says how a reporting router differs", async () => {
  const { data } = await getRouterConfiguration(db.pool, circuit, { software: 'frr', port: 'eth7' })
  const [primary] = data.paths
  expect(primary?.text).toContain('neighbor 172.16.0.2 remote-as 12076')
  expect(data.paths.map(({ path }) => path)).toEqual(['primary', 'secondary'])
  // the table of the primary path was read above, the table of the secondary path was not
  expect(data.paths.map(({ learnedAt }) => learnedAt !== null)).toEqual([true, false])
  expect(data.reported.flatMap(({ differences }) => differences)).toEqual([])
  const all = data.paths.map(({ text }) => text).join('')
  const compare = async (text: string) => (await compareRouterConfiguration(db.pool, circuit, text)).data
  expect((await compare(all)).differences.filter(({ kind }) => kind !== 'no_filter')).toEqual([])
  expect(await compare(all.replaceAll('remote-as 12076', 'remote-as 12067'))).toMatchObject({
    differences: expect.arrayContaining([
      expect.objectContaining({ path: 'primary', kind: 'remote_asn', found: '12067' }),
    ]),
  })
  expect(await compare(primary?.text ?? '')).toMatchObject({ elsewhere: [{ path: 'secondary' }] })
})

it('holds what the router announces to the collector against what Azure learned where BMP does not say it', async () => {
  await db.pool.query('TRUNCATE router CASCADE')
  const at = s(1_500)
  const ce = await addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce-1', software: null, at })
  await recordRouterReports(db, ce, at, [up(at)])
  const collected = await openRouterCollector(db.pool, { address: '10.20.0.1', name: '10.0.0.1', asn: 65_001, at })
  expect(collected.routerId).toBe(ce.routerId)
  const ofCollector = { ...peer, neighbor: '10.20.254.5' }
  const out = (prefix: string, asPath: number[]) => ({
    type: 'route' as const,
    peer: ofCollector,
    at,
    notBefore: null,
    view: 'adjOutPost' as const,
    prefix,
    pathId: null,
    attributes: { ...attributes, asPath },
  })
  const session = { ...up(at, ofCollector.neighbor, '10.20.0.1'), neighborAsn: 64_999 }
  const routes = [
    out('10.1.0.0/16', [65_001]),
    out('10.2.0.0/16', [65_001]),
    out('10.9.0.0/16', [65_001, 12_076, 65_515]),
  ]
  await recordRouterReports(db, collected, at, [session, ...routes])
  const asked = async () => (await getCircuitRouters(db, circuit, {}, s(2_010))).data
  const [ends, ...others] = await asked()
  expect(others).toEqual([])
  expect(ends?.announced).toMatchObject({
    table: 'adjOutPost',
    counts: { learned: 1, notYet: 0, notLearned: 1, byPolicy: 0, learnedOnly: 1 },
    // Azure does not accept a route with its own AS in the path
    differences: [
      { prefix: '10.2.0.0/16', verdict: 'not_learned' },
      { prefix: '10.5.0.0/16', verdict: 'learned_only' },
    ],
  })
  expect(ends?.announced.words).toContain('what the router announces to the collector')

  const fall = { ...shut(s(2_001)), peer: ofCollector, reason: { ...shut(0).reason, by: 'remote' as const } }
  await recordRouterReports(db, collected, at, [fall])
  await closeRouterConnection(db.pool, collected.connectionId, { until: s(2_001), ended: 'lost', detail: '' })
  expect((await asked())[0]?.announced).toMatchObject({
    counts: null,
    words: "the router's session with the collector is not up",
  })
  const { data } = await getRouter(db.pool, String(ce.routerId), s(2_010))
  expect(data.protocol).toBe('bmp')
  expect(data.peers.find(({ protocol }) => protocol === 'bgp')).toMatchObject({
    state: 'down',
    join: null,
    ends: null,
    reason: { words: 'the collector closed it: Hold Timer Expired (4/0)' },
  })
})

it('sorts the paths of a circuit: private, Microsoft and public peering', async () => {
  await db.pool.query('TRUNCATE router CASCADE')
  const at = s(3_000)
  const types = ['MicrosoftPeering', 'AzurePublicPeering', 'AzurePrivatePeering']
  const peerings = types.map((name, n) => ({
    name,
    properties: { peeringType: name, state: 'Enabled', peerASN: 65_001, primaryPeerAddressPrefix: `172.16.${n}.0/30` },
  }))
  await createTestEstatePollRecorder(db).inventory(at, createInventoryRows({ peerings }))
  const ce = await addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce-1', software: null, at })
  const sessions = types.map((_, n) => up(at, `172.16.${n}.2`, `172.16.${n}.1`))
  await recordRouterReports(db, ce, at, sessions)
  const { data } = await getCircuitRouters(db.pool, circuit, {}, s(3_010))
  expect(data.map(({ peering }) => peering)).toEqual(['private', 'microsoft', 'public'])
})

it("has no present state of Azure's end after polls stopped, but the last state and until when it is proved", async () => {
  await db.pool.query('TRUNCATE router CASCADE')
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(s(4_000))
  await feed.summary(s(4_000), 'primary', [createCustomerNeighbor('primary')])
  await feed.summary(s(4_060), 'primary', [createCustomerNeighbor('primary', { state: 'idle', azureState: 'Idle' })])
  await feed.summary(s(4_120), 'primary', [createCustomerNeighbor('primary', { state: 'idle', azureState: 'Idle' })])
  const ce = await addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce-1', software: null, at: s(3_990) })
  await recordRouterReports(db, ce, s(3_990), [up(s(3_990)), shut(s(4_050))])
  const endsAt = async (at: number) => (await getCircuitRouters(db.pool, circuit, {}, at)).data[0]?.peer.ends
  expect(await endsAt(s(4_125))).toMatchObject({ verdict: 'agree', azure: { state: 'down' } })
  // The session was down when the router reported it, which is before the poll. As in events, the start may be earlier
  // by the hold time and a second, because the router noticed the loss by its hold timer.
  const since = { earliest: s(4_050) - 900 - 181_000, latest: s(4_050) }
  expect((await endsAt(s(4_125)))?.azure.since).toEqual(since)
  expect((await endsAt(s(4_125)))?.azure.confirmedAt).toEqual(s(4_120))
  const late = await endsAt(s(4_125 + 3_600))
  expect(late).toMatchObject({ verdict: 'one_end', azure: { state: 'unknown' } })
  expect(late?.azure).toMatchObject({ lastKnown: { state: 'down', at: s(4_120) }, since })
  expect(late?.words).toBe("the router's end is down; Azure's end is not known now")
})

it('has one start of a state that the router itself dates, in its current state and in its changes', async () => {
  await db.pool.query('TRUNCATE router CASCADE')
  const of = { address: '10.20.0.1', name: 'ce-1', software: null }
  const before = await addBmpConnection(db.pool, { ...of, at: s(6_000) })
  await recordRouterReports(db, before, s(6_000), [up(s(6_000)), shut(s(6_010))])
  await closeRouterConnection(db.pool, before.connectionId, { until: s(6_020), ended: 'lost', detail: '' })
  const after = await addBmpConnection(db.pool, { ...of, at: s(6_100) })
  const established = { earliest: s(6_080), latest: s(6_100) }
  await recordRouterReports(db, after, s(6_100), [{ ...up(s(6_100)), established }])
  const [peerNow] = (await getRouter(db.pool, String(after.routerId), s(6_110))).data.peers
  expect(peerNow).toMatchObject({ state: 'up', since: established })
  expect(peerNow?.history[0]).toMatchObject({ state: 'up', from: established })
})
