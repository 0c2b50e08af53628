import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { armError } from './testing/arm-server.ts'
import { createTestArmInventory, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const place = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/wan/providers/Microsoft.Network`
const gatewayId = `${place}/p2sVpnGateways/users-west`
const hub = (properties: object = {}) => ({
  id: `${place}/virtualHubs/hub-west`,
  name: 'hub-west',
  location: 'westus',
  properties: { virtualWan: { id: `${place}/virtualWans/wan` }, ...properties },
})
const gateway = (vpnClientConnectionHealth?: unknown) => ({
  id: gatewayId,
  name: 'users-west',
  location: 'westus',
  properties: {
    provisioningState: 'Succeeded',
    virtualHub: { id: `${place}/virtualHubs/hub-west` },
    vpnGatewayScaleUnit: 2,
    p2SConnectionConfigurations: [
      { name: 'staff', properties: { vpnClientAddressPool: { addressPrefixes: ['172.30.0.0/23', '172.30.4.0/24'] } } },
    ],
    ...(vpnClientConnectionHealth !== undefined && { vpnClientConnectionHealth }),
  },
})
const health = {
  vpnClientConnectionsCount: 7,
  allocatedIpAddresses: ['172.30.0.2', '172.30.0.3', '172.30.0.4'],
  totalIngressBytesTransferred: 81_234,
  totalEgressBytesTransferred: '9007199254740993',
}
const named = { p2SVpnGateway: { id: gatewayId } }
const listRequests = () => context.server.requests.filter(({ path }) => /p2sVpnGateways$/i.test(path))
const poll = () => context.azure.poll({ resourceId: gatewayId, subresource: '' }, 'connection')

describe('the user VPN gateway of a hub', () => {
  it('is listed with its hub, scale units and address pools, but without its users', async () => {
    context.server.reset(createTestArmInventory({ resources: [hub(named), gateway(health)] }))
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    const [own] = rows.resources.filter(({ type }) => type === armTypes.userVpnGateway)
    expect(decodeResourceConfig(armTypes.userVpnGateway, own?.config)).toEqual({
      resource: 'userVpnGateway',
      hubKey: `${place}/virtualHubs/hub-west`.toLowerCase(),
      scaleUnits: 2,
      addressPools: ['172.30.0.0/23', '172.30.4.0/24'],
      provisioningState: 'Succeeded',
    })
    expect(JSON.stringify(own?.config)).not.toContain('172.30.0.2')
  })

  it('is not requested if no hub names one, and stays known if Azure refuses the list', async () => {
    context.server.reset(createTestArmInventory({ resources: [hub()] }))
    expect((await context.inventory()).rows.listedTypes).toContain(armTypes.userVpnGateway)
    expect(listRequests()).toEqual([])
    context.server.reset(createTestArmInventory({ resources: [hub(named)] }))
    context.server.rule({
      when: /GET .*\/p2sVpnGateways$/i,
      behaviour: armError(403, 'AuthorizationFailed', 'no'),
    })
    expect((await context.inventory()).rows.listedTypes).not.toContain(armTypes.userVpnGateway)
    expect(listRequests()).toHaveLength(1)
  })

  it('is polled for the number of its users and their bytes, without their addresses', async () => {
    context.server.reset(createTestArmInventory({ resources: [gateway(health)] }))
    expect(await poll()).toMatchObject({
      outcome: 'ok',
      rows: [
        {
          counters: { path: null, bytesIn: 81_234n, bytesOut: 9_007_199_254_740_993n },
          tunnels: [],
          clients: { count: 7, addresses: 3 },
        },
      ],
    })
  })

  it.each<[string, unknown, object]>([
    ['no member', undefined, { count: null, addresses: null }],
    ['null', null, { count: null, addresses: null }],
    ['an empty object', {}, { count: null, addresses: null }],
    ['a negative number', { vpnClientConnectionsCount: -1 }, { count: null, addresses: null }],
    ['no users', { vpnClientConnectionsCount: 0, allocatedIpAddresses: [] }, { count: 0, addresses: 0 }],
  ])('has unknown users only if Azure gives none: %s', async (_, given, clients) => {
    context.server.reset(createTestArmInventory({ resources: [gateway(given)] }))
    expect(await poll()).toMatchObject({
      outcome: 'ok',
      rows: [{ clients, counters: { bytesIn: null, bytesOut: null } }],
    })
  })

  it('keeps the other values if one cannot be read', async () => {
    const given = { ...health, vpnClientConnectionsCount: 'many' }
    context.server.reset(createTestArmInventory({ resources: [gateway(given)] }))
    expect(await poll()).toMatchObject({
      outcome: 'incomplete',
      rows: [{ clients: { count: null, addresses: 3 }, counters: { bytesIn: 81_234n } }],
    })
  })

  it('is polled for the metrics of Azure Monitor, in whole intervals', async () => {
    context.server.reset(createTestArmInventory({ resources: [gateway(health)] }))
    const metrics = /\/providers\/Microsoft\.Insights\/metrics$/i
    context.server.rule({ when: metrics, behaviour: { do: 'answer', body: { value: [] } } })
    const from = Date.UTC(2026, 10, 20, 8, 3, 20)
    const params = { from, to: from + 15 * 60_000 }
    const target = { resourceId: gatewayId, subresource: '' }
    expect(await context.azure.poll(target, 'metrics', { params })).toMatchObject({ outcome: 'ok', rows: [] })
    const queries = context.server.requests.filter(({ path }) => metrics.test(path)).map(({ query }) => query)
    expect(
      queries.map((query) => ['metricnames', 'aggregation', '$filter', 'interval'].map((name) => query.get(name))),
    ).toEqual([
      ['P2SConnectionCount', 'Total', "Protocol eq '*' and Instance eq '*'", 'PT1M'],
      ['P2SBandwidth', 'Average', "Instance eq '*'", 'PT1M'],
      ['UserVpnRouteCount', 'Total', "RouteType eq '*' and Instance eq '*'", 'PT5M'],
    ])
    expect(queries.map((query) => query.get('timespan')?.split('/')[0])).toEqual(
      Array(3).fill('2026-11-20T08:00:00.000Z'),
    )
  })
})
