import { beforeAll, expect, it } from 'vitest'
import { closeRouterConnection, openRouterConnection, recordRouterReports, shortIdOf } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { putDeclarations } from './declarations.ts'
import { NotFoundError } from './errors.ts'
import { getCircuitRouters, getRouter, listRouters } from './routers.ts'
import { CIRCUIT, customer, estateFeed } from './testing/estate-feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 22, 3)
const s = (seconds: number) => T + seconds * 1_000
const circuit = shortIdOf(CIRCUIT)
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
  const feed = estateFeed(db)
  await feed.inventory(s(0))
  await feed.summary(s(600), 'primary', [customer('primary')])
  const ce = await openRouterConnection(db.pool, {
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
  const other = await openRouterConnection(db.pool, { address: '10.20.0.9', name: '', software: null, at: s(10) })
  await closeRouterConnection(db.pool, other.connectionId, { until: s(20), ended: 'lost', detail: '' })
})

it('lists routers with the path of each session and both ends of it', async () => {
  const { data } = await listRouters(db.pool, { limit: 10 }, s(610))
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
      paths: [{ circuitId: circuit, circuitName: 'ckt-lon', peering: 'private', path: 'primary' }],
    },
    ends: { azure: { state: 'up' }, verdict: 'router_down' },
  })
  expect(own?.ends?.differsFor?.atLeastSeconds).toBeGreaterThan(290)
  expect(alien).toMatchObject({ neighbor: '203.0.113.9', state: 'up', join: { state: 'none', paths: [] }, ends: null })
})

it('shows one router with what its sessions were, and says what is no router', async () => {
  const { data: all } = await listRouters(db.pool, { limit: 10 }, s(610))
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
      notObserved: [
        { from: new Date(s(-600)).toISOString(), to: new Date(s(0)).toISOString() },
        { from: new Date(s(301)).toISOString() },
      ],
    },
  ])
})

it('goes by what is declared', async () => {
  const routerNeighbors = [
    {
      router: '10.20.0.1',
      name: 'ce-1',
      distinguisher: '0'.repeat(16),
      neighbor: '203.0.113.9',
      circuit: CIRCUIT,
      peering: 'private' as const,
      path: 'secondary' as const,
    },
  ]
  await putDeclarations(db, { routerNeighbors })
  const { data } = await listRouters(db.pool, { limit: 10 }, Date.now())
  expect(data[1]?.peers[1]?.join).toMatchObject({
    state: 'confirmed',
    paths: [{ circuitId: circuit, path: 'secondary' }],
  })
})
