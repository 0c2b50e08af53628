import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { PeerRow, ResourceRow, RouteRow } from '#lib/contract/index.ts'
import { ensurePartitions, syncPollSchedule } from '#lib/history/index.ts'
import { readRouteCounts } from '../store/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getGateway, listGateways } from './gateways.ts'
import { getHub } from './hubs.ts'
import { listRoutes } from '#lib/routes/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import { createGatewayRow, recordPoll } from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const at = (n: number) => T + n * 60_000
const SUBSCRIPTION = '/subscriptions/99999999-2222-3333-4444-555555555555'
const SERVER = `${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Network/virtualHubs/rs`
const HUBS = 'microsoft.network/virtualhubs'
const PEERS = `${HUBS}/bgpconnections`
const MAPS = `${HUBS}/routemaps`

const listed = (resourceId: string, type: string, properties: object): ResourceRow => ({
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
  resourceGroup: 'rg-edge',
  location: 'uksouth',
  config: { properties },
})
const peerId = (name: string) => `${SERVER}/bgpConnections/${name}`
const row = (neighbor: string, up: boolean): PeerRow => ({
  localAddress: '',
  neighbor,
  asn: 65040,
  state: up ? 'established' : 'idle',
  azureState: up ? 'Connected' : 'NotConnected',
  connectedDurationMs: null,
  routesReceived: null,
  messagesSent: null,
  messagesReceived: null,
})
const route = (instance: string, prefix: string): RouteRow => ({
  instance,
  prefix,
  nextHop: '10.0.17.4',
  peer: '10.0.17.4',
  origin: 'EBgp',
  asPath: [65040],
  weight: 32768,
  localPref: null,
})

it('a Route Server has its peers with state, the sizes of their tables by instance, and its limits', async () => {
  await ensurePartitions(db, T)
  await recordPoll(db, {
    kind: 'inventory',
    resourceId: SUBSCRIPTION,
    at: at(0),
    rows: {
      resources: [
        createGatewayRow('ergw'),
        listed(SERVER, HUBS, {
          virtualRouterAsn: 65515,
          virtualRouterIps: ['10.0.16.4', '10.0.16.5'],
          allowBranchToBranchTraffic: true,
          routeMaps: [{ id: `${SERVER}/routeMaps/rm-north` }, { id: `${SERVER}/routeMaps/rm-unread` }],
        }),
        listed(`${SERVER}/routeMaps/rm-north`, MAPS, {
          associatedInboundConnections: [peerId('fw-1')],
          rules: [{ name: 'r1', actions: [{ type: 'Drop' }] }],
        }),
        listed(peerId('fw-1'), PEERS, { peerIp: '10.0.17.4', peerAsn: 65040 }),
        listed(peerId('fw-2'), PEERS, { peerIp: '10.0.17.5', peerAsn: 65515 }),
      ],
      listedTypes: [HUBS, PEERS, MAPS, 'microsoft.network/virtualnetworkgateways'],
      failedTypes: [],
    },
  })
  const plan = [
    { resourceId: SERVER, kind: 'peers' as const },
    ...['fw-1', 'fw-2'].flatMap((name) =>
      (['learned', 'advertised'] as const).map((kind) => ({ resourceId: peerId(name), kind })),
    ),
  ].map((one) => ({ ...one, subresource: '', everySeconds: 60 }))
  await db.transaction((client) => syncPollSchedule(client, plan))
  const peers = (n: number, first: boolean) =>
    recordPoll(db, {
      kind: 'peers',
      resourceId: SERVER,
      at: at(n),
      rows: [row('10.0.17.4', first), row('10.0.17.5', true)],
    })
  await peers(1, true)
  await peers(2, false)
  await recordPoll(db, {
    kind: 'learned',
    resourceId: peerId('fw-1'),
    at: at(2),
    rows: [
      route('RouteServiceRole_IN_0', '10.220.0.0/16'),
      route('RouteServiceRole_IN_0', '10.221.0.0/16'),
      route('RouteServiceRole_IN_1', '10.220.0.0/16'),
    ],
  })
  await recordPoll(db, { kind: 'advertised', resourceId: peerId('fw-1'), at: at(2), rows: [] })
  const now = at(2) + 10_000
  const { data } = allApiEndpoints.gateway.response.parse(await getGateway(db, SERVER, now))
  expect(data).toMatchObject({ kind: 'routeServer', asn: 65515, name: 'rs' })
  const hub = allApiEndpoints.hub.response.parse(await getHub(db, SERVER, now)).data
  expect(hub.routeMaps).toMatchObject([
    { name: 'rm-north', rules: 1, drops: 1, inbound: ['fw-1'] },
    { name: 'rm-unread', rules: null },
  ])
  expect(hub.settings?.map(({ part }) => part)).toContainEqual(expect.stringContaining('rm-north'))
  expect(data.routeServer).toMatchObject({
    branchToBranch: true,
    limits: { peers: 8, routesPerPeer: 4_000 },
    peers: [
      {
        name: 'fw-1',
        address: '10.0.17.4',
        asn: 65040,
        asnReservedBy: null,
        state: 'down',
        azureStatus: 'NotConnected',
        learned: [
          { instance: 'RouteServiceRole_IN_0', routes: 2 },
          { instance: 'RouteServiceRole_IN_1', routes: 1 },
        ],
        advertised: [],
        share: 0.0005,
      },
      { name: 'fw-2', asnReservedBy: 'Azure', state: 'up', learned: null, advertised: null, share: null },
    ],
  })
  const id = data.routeServer?.peers[0]?.id ?? ''
  expect(await readRouteCounts(db.pool, { scopes: [id] })).toEqual([
    { scope: id, kind: 'learned', instance: 'RouteServiceRole_IN_0', routes: 2 },
    { scope: id, kind: 'learned', instance: 'RouteServiceRole_IN_1', routes: 1 },
  ])
  const routes = allApiEndpoints.routes.response.parse(await listRoutes(db, { scope: id, limit: 100 }, now)).data
  expect(routes.map(({ prefix, instance, table }) => [prefix, instance, table])).toEqual([
    ['10.220.0.0/16', 'RouteServiceRole_IN_0', 'learned'],
    ['10.220.0.0/16', 'RouteServiceRole_IN_1', 'learned'],
    ['10.221.0.0/16', 'RouteServiceRole_IN_0', 'learned'],
  ])
})

it('where its list is refused, metrics report each peer by instance', async () => {
  for (let n = 3; n <= 12; n++)
    await recordPoll(db, { kind: 'peers', resourceId: SERVER, at: at(n), rows: [] }, { outcome: 'forbidden' })
  const bucket = (instance: number, bgppeerip: string, maximum: number) => ({
    metric: 'BgpPeerStatus',
    unit: 'Count',
    dimensions: { routeserviceinstance: `RouteServiceRole_IN_${instance}`, bgppeerip, bgppeertype: 'NVA' },
    at: at(4),
    grainSeconds: 300,
    average: null,
    maximum,
    minimum: null,
    total: null,
  })
  await recordPoll(db, {
    kind: 'metrics',
    resourceId: SERVER,
    at: at(12),
    rows: [bucket(0, '10.0.17.4', 1), bucket(1, '10.0.17.4', 0), bucket(0, '10.0.17.5', 1), bucket(1, '10.0.17.5', 1)],
  })
  const now = at(12) + 10_000
  const { data } = allApiEndpoints.sessions.response.parse(await listSessions(db, { scope: SERVER, limit: 100 }, now))
  expect(data.map((one) => [one.localAddress, one.neighbor, one.verdict, one.evidence, one.prefixesReceived])).toEqual([
    ['RouteServiceRole_IN_0', '10.0.17.4', 'up', 'metric', null],
    ['RouteServiceRole_IN_0', '10.0.17.5', 'up', 'metric', null],
    ['RouteServiceRole_IN_1', '10.0.17.4', 'down', 'metric', null],
    ['RouteServiceRole_IN_1', '10.0.17.5', 'up', 'metric', null],
  ])
  // a peer counts as down if one instance lacks its session
  const page = allApiEndpoints.gateway.response.parse(await getGateway(db, SERVER, now)).data
  expect(page.routeServer?.peers.map(({ name, state }) => [name, state])).toEqual([
    ['fw-1', 'down'],
    ['fw-2', 'up'],
  ])
})

it('another kind of gateway has no such part, and no list has it', async () => {
  const { data } = allApiEndpoints.gateways.response.parse(await listGateways(db, { limit: 100 }, at(3)))
  expect(data.map(({ name, routeServer, unplaced }) => [name, routeServer, unplaced])).toEqual([
    ['ergw', undefined, undefined],
    ['rs', undefined, { up: 1, expected: 2 }],
  ])
  const ergw = data.find(({ name }) => name === 'ergw')
  expect(
    allApiEndpoints.gateway.response.parse(await getGateway(db, ergw?.id ?? '', at(3))).data.routeServer,
  ).toBeNull()
})
