import { describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { armTypes, type MetricRow, type ResourceRow, type UserVpnClients } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeShortId, readConfigChanges } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getSqlExecutor } from '#lib/questions/index.ts'
import { createTestPollRecorder, recordPoll } from '#lib/questions/testing/record-feed.ts'
import { readPostureFacts } from '#lib/resilience/answers/index.ts'
import { getGateway } from './gateways.ts'
import { getHub } from './hubs.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const SUBSCRIPTION = '99999999-2222-3333-4444-555555555555'
const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Network`
const HUB = `${NETWORK}/virtualHubs/hub-west`
const GATEWAY = `${NETWORK}/p2sVpnGateways/users-west`

const listed = (resourceId: string, type: string, properties: Record<string, unknown>): ResourceRow => ({
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  subscriptionId: SUBSCRIPTION,
  resourceGroup: 'rg-edge',
  location: 'westus',
  config: { properties },
})
const feed = createTestPollRecorder(db)
const poll = (at: number, clients: UserVpnClients, bytes: bigint | null) =>
  recordPoll(db, {
    kind: 'connection',
    resourceId: GATEWAY,
    at,
    rows: [
      {
        connectionStatus: null,
        routingWeight: null,
        fastPath: null,
        counters: { path: null, bytesIn: bytes, bytesOut: bytes },
        tunnels: [],
        clients,
      },
    ],
  })
const users = async (now: number) =>
  allApiEndpoints.hub.response.parse(await getHub(db, computeShortId(HUB), now)).data.userVpnGateways

/** Returns a function that creates samples of metrics at a time. */
const createMetricRow =
  (at: number) =>
  (metric: string, dimensions: Record<string, string>, own: Partial<MetricRow>): MetricRow => ({
    metric,
    unit: 'Count',
    dimensions,
    at,
    grainSeconds: 60,
    average: null,
    maximum: null,
    minimum: null,
    total: null,
    ...own,
  })

describe('the user VPN gateway of a hub', () => {
  it('shows its users as Azure counts them, and unknown with its reason otherwise', async () => {
    await feed.inventory(START, [
      listed(HUB, armTypes.virtualHub, { virtualWan: { id: `${NETWORK}/virtualWans/wan` } }),
      listed(GATEWAY, armTypes.userVpnGateway, {
        virtualHub: { id: HUB },
        vpnGatewayScaleUnit: 2,
        p2SConnectionConfigurations: [{ properties: { vpnClientAddressPool: { addressPrefixes: ['172.30.0.0/23'] } } }],
      }),
    ])
    await feed.schedule({ resourceId: GATEWAY, kind: 'connection' })
    expect(await users(START + MS_PER_MINUTE)).toMatchObject([
      { name: 'users-west', clients: null, addresses: null, bytesIn: null, unread: 'It was not polled yet.' },
    ])
    await poll(START + MS_PER_MINUTE, { count: 7, addresses: 6 }, 500n)
    await poll(START + 2 * MS_PER_MINUTE, { count: 9, addresses: 8 }, 700n)
    expect(await users(START + 2.5 * MS_PER_MINUTE)).toMatchObject([
      {
        name: 'users-west',
        scaleUnits: 2,
        addressPools: ['172.30.0.0/23'],
        clients: 9,
        addresses: 8,
        bytesIn: '700',
        bytesOut: '700',
        unread: null,
      },
    ])
    expect(await users(START + 60 * MS_PER_MINUTE)).toMatchObject([
      { clients: null, bytesIn: null, unread: 'Its polls are late.' },
    ])
    await poll(START + 61 * MS_PER_MINUTE, { count: null, addresses: null }, null)
    expect(await users(START + 61.5 * MS_PER_MINUTE)).toMatchObject([
      { clients: null, unread: 'Azure does not report the number of users.' },
    ])
  })

  it('shows what Azure Monitor reports about it, each value only while Azure reports it', async () => {
    const at = START + 100 * MS_PER_MINUTE
    const value = createMetricRow(at)
    const connections = (protocol: string, instance: string, total: number, grainSeconds = 60) =>
      value('P2SConnectionCount', { protocol, instance }, { total, grainSeconds })
    const routes = (routetype: string, instance: string, total: number) =>
      value('UserVpnRouteCount', { routetype, instance }, { total, grainSeconds: 300 })
    const record = (minute: number, rows: MetricRow[]) =>
      recordPoll(db, { kind: 'metrics', resourceId: GATEWAY, at: START + minute * MS_PER_MINUTE, rows })
    await record(112, [
      connections('OpenVPN', 'in_0', 5),
      connections('OpenVPN', 'in_1', 3),
      // Azure may answer with longer intervals, whose sum contains each connection once for each minute
      connections('IKEv2', 'in_1', 10, 300),
      routes('Static', 'in_0', 2),
      routes('Dynamic', 'in_0', 5),
      routes('Static', 'in_1', 2),
    ])
    expect(await users(START + 113 * MS_PER_MINUTE)).toMatchObject([
      {
        clients: null,
        metrics: {
          at: new Date(at).toISOString(),
          connections: 10,
          byProtocol: [
            { protocol: 'OpenVPN', connections: 8 },
            { protocol: 'IKEv2', connections: 2 },
          ],
          bitsPerSecond: null,
          routes: 7,
        },
      },
    ])
    await record(114, [
      value('P2SBandwidth', { instance: 'in_0' }, { average: 1_000, at: at + MS_PER_MINUTE }),
      value('P2SBandwidth', { instance: 'in_1' }, { average: 500, at: at + MS_PER_MINUTE }),
    ])
    expect(await users(START + 115 * MS_PER_MINUTE)).toMatchObject([{ metrics: { bitsPerSecond: 12_000, routes: 7 } }])
    // values that are too old are unknown
    expect(await users(START + 200 * MS_PER_MINUTE)).toMatchObject([{ metrics: null }])
  })

  it('has no change of configuration when users come and go', async () => {
    const { rows } = await readConfigChanges(db.pool, {
      scope: computeShortId(GATEWAY),
      from: START + 1,
      to: START + 90 * MS_PER_MINUTE,
      limit: 10,
    })
    expect(rows.filter(({ seenBy }) => seenBy === 'connection')).toEqual([])
  })
})

describe('the user VPN of a VPN gateway of a virtual network', () => {
  const at = START + 300 * MS_PER_MINUTE
  // the values are some minutes old when Azure Monitor returns them
  const now = at + 13 * MS_PER_MINUTE
  const VPN_GATEWAY = `${NETWORK}/virtualNetworkGateways/vpngw`
  const read = async () =>
    allApiEndpoints.gateway.response.parse(await getGateway(db, computeShortId(VPN_GATEWAY), now)).data
  const gateway = (vpnClientConfiguration: object | null) =>
    listed(VPN_GATEWAY, armTypes.virtualNetworkGateway, {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ' },
      vpnClientConfiguration,
    })
  const usersIn = (limits: { name: string }[] | undefined) => limits?.filter(({ name }) => name === 'user_vpn_clients')

  it('shows what Azure Monitor reports, compared with the limits of its SKU', async () => {
    await feed.inventory(at, [gateway({ vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/24'] } })])
    const unread = await read()
    expect(unread.userVpn).toEqual({ addressPools: ['172.31.0.0/24'], metrics: null })
    expect(usersIn(unread.limits)).toEqual([])
    const value = createMetricRow(at)
    const rows = [
      value('P2SConnectionCount', { protocol: 'OpenVPN', instance: 'in_0' }, { total: 120 }),
      value('P2SConnectionCount', { protocol: 'SSTP', instance: 'in_0' }, { total: 96 }),
      value('P2SBandwidth', { instance: 'in_0' }, { average: 1_000 }),
      value('UserVpnRouteCount', { routetype: 'Static', instance: 'in_0' }, { total: 2, grainSeconds: 300 }),
    ]
    await recordPoll(db, { kind: 'metrics', resourceId: VPN_GATEWAY, at: at + 12 * MS_PER_MINUTE, rows })
    const { userVpn, limits } = await read()
    expect(userVpn?.metrics).toEqual({
      at: new Date(at).toISOString(),
      connections: 216,
      byProtocol: [
        { protocol: 'OpenVPN', connections: 120 },
        { protocol: 'SSTP', connections: 96 },
      ],
      bitsPerSecond: 8_000,
      routes: 2,
    })
    // 96 of 128 is a larger share than 120 of 250
    expect(usersIn(limits)).toMatchObject([{ limit: 128, count: 96, share: 0.75 }])
    const { gateways } = await readPostureFacts(getSqlExecutor(db), now)
    expect(gateways.map(({ limits: own }) => usersIn(own))).toMatchObject([[{ count: 96 }]])
  })

  it('is absent without a configuration', async () => {
    await feed.inventory(now - 1_000, [gateway(null)])
    const { userVpn, limits } = await read()
    expect(userVpn).toBeNull()
    expect(usersIn(limits)).toEqual([])
  })
})
