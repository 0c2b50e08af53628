import { describe, expect, it } from 'vitest'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import {
  circuitId,
  connectionId,
  createTestArmInventory,
  gatewayId,
  SUBSCRIPTION_ID,
  subscriptionId,
  withAzure,
} from './testing/fixture.ts'

const context = withAzure()
const vnetId = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/Spokes/providers/Microsoft.Network/virtualNetworks/hub`
const resources = [
  { id: gatewayId, name: 'gw', location: 'uksouth', properties: { gatewayType: 'ExpressRoute', activeActive: true } },
  {
    id: connectionId,
    name: 'gw-london',
    location: 'uksouth',
    properties: { routingWeight: 10, egressBytesTransferred: 5 },
  },
  {
    id: circuitId,
    name: 'london',
    location: 'uksouth',
    sku: { name: 'Premium_MeteredData', tier: 'Premium', family: 'MeteredData' },
    properties: { serviceKey: 'a1410692-ed3b-4ceb-b94a-b90b95d398d1', peerings: [] },
  },
  { id: vnetId, name: 'hub', location: 'uksouth', properties: { virtualNetworkPeerings: [] } },
]
const types = {
  gateways: 'microsoft.network/virtualnetworkgateways',
  connections: 'microsoft.network/connections',
  circuits: 'microsoft.network/expressroutecircuits',
  networks: 'microsoft.network/virtualnetworks',
}

const on = (when: RegExp, behaviour: TestArmServerReaction, times?: number) =>
  context.server.rule({ when, behaviour, ...(times && { times }) })
const circuits = /GET .*\/expressRouteCircuits$/i

describe('a subscription', () => {
  it('gives what is in it, by every list, scrubbed and complete', async () => {
    context.server.reset(createTestArmInventory({ resources }))
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.failedTypes).toEqual([])
    expect(rows.listedTypes).toHaveLength(26)
    expect(rows.resources.map(({ type, name, resourceGroup }) => [type, name, resourceGroup])).toEqual([
      [types.connections, 'gw-london', 'edge'],
      [types.circuits, 'london', 'edge'],
      [types.gateways, 'gw', 'edge'],
      [types.networks, 'hub', 'Spokes'],
    ])
    expect(rows.resources[1]).toEqual({
      resourceId: circuitId,
      type: types.circuits,
      name: 'london',
      subscriptionId: SUBSCRIPTION_ID,
      resourceGroup: 'edge',
      location: 'uksouth',
      config: {
        sku: { name: 'Premium_MeteredData', tier: 'Premium', family: 'MeteredData' },
        properties: { serviceKey: '****98d1', peerings: [] },
      },
      identities: [expect.stringMatching(/^serviceKey:[\w-]{32}$/)],
    })
    expect(rows.resources[0]?.config).toEqual({ properties: { routingWeight: 10 } })
  })

  it('is asked for with GET and a query, and for nothing that discovery may not need', async () => {
    context.server.reset(createTestArmInventory({ resources }))
    await context.inventory()
    const asked = context.server.requests.map(({ method, path }) => `${method} ${path.replace(subscriptionId, '')}`)
    expect(new Set(asked.map((line) => line.toLowerCase()))).toEqual(
      new Set([
        'get /resourcegroups',
        ...['edge', 'spokes'].flatMap((group) =>
          ['virtualnetworkgateways', 'connections'].map(
            (type) => `get /resourcegroups/${group}/providers/microsoft.network/${type}`,
          ),
        ),
        ...[
          'expressroutecircuits',
          'virtualnetworks',
          'routefilters',
          'expressrouteports',
          'expressroutelags',
          'virtualhubs',
          'vpngateways',
          'expressroutegateways',
          'networkwatchers',
        ].map((type) => `get /providers/microsoft.network/${type}`),
        'get /providers/microsoft.resourcehealth/events',
        'get /providers/microsoft.maintenance/maintenanceconfigurations',
        // the only POST; it changes nothing
        'post /providers/microsoft.resourcegraph/resources',
      ]),
    )
  })

  describe('what Virtual Network Manager connects', () => {
    const type = 'microsoft.network/virtualnetworks/effectiveconnectivityconfigurations'
    const named = (name: string, subnet: string) => ({
      id: vnetId.replace(/hub$/, name),
      name,
      location: 'uksouth',
      properties: { subnets: [{ name: subnet, properties: { addressPrefix: '10.0.0.0/27' } }] },
    })
    const networks = [named('a', 'GatewaySubnet'), named('b', 'GatewaySubnet'), named('spoke', 'web')]
    const posts = () => context.server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)

    it('is asked of each network with gateways, which are part of their network', async () => {
      context.server.reset(createTestArmInventory({ resources: networks }))
      on(/POST .*EffectiveConnectivityConfigurations$/i, { do: 'answer', body: { value: [{ id: '/mesh' }] } })
      const { outcome, rows } = await context.inventory()
      expect(outcome).toBe('ok')
      expect(posts().map((path) => path.split('/').at(-2))).toEqual(['a', 'b'])
      expect(rows.resources.filter((one) => one.type === type)).toMatchObject(
        ['a', 'b'].map((name) => ({
          resourceId: `${vnetId.replace(/hub$/, name)}/effectiveConnectivityConfigurations/default`,
          config: { properties: { value: [{ id: '/mesh' }] } },
        })),
      )
    })

    it('is not known where it is refused, and asked once', async () => {
      context.server.reset(createTestArmInventory({ resources: networks }))
      on(/POST .*EffectiveConnectivityConfigurations$/i, armError(403, 'AuthorizationFailed', 'no'))
      const { outcome, rows } = await context.inventory()
      expect(outcome).toBe('ok')
      expect(posts()).toHaveLength(1)
      expect(rows.listedTypes).not.toContain(type)
    })
  })

  it('an empty one is ok and empty', async () => {
    context.server.reset(createTestArmInventory({}))
    expect(await context.inventory()).toMatchObject({ outcome: 'ok', rows: { resources: [], failedTypes: [] } })
  })

  it.each(['InvalidResourceType', 'NotFound', 'ResourceNotFound', 'SubscriptionNotFound'])(
    'a 404 %s of one list does not mean that there is none of its type',
    async (code) => {
      context.server.reset(createTestArmInventory({ resources }))
      on(circuits, armError(404, code, "could not be found in the namespace 'Microsoft.Network'"))
      const { outcome, error, rows } = await context.inventory()
      expect({ outcome, code: error?.code }).toEqual({ outcome: 'not_found', code })
      expect(error?.detail).toContain(types.circuits)
      expect(rows.failedTypes).toMatchObject([{ type: types.circuits, outcome: 'not_found' }])
      expect(rows.listedTypes).not.toContain(types.circuits)
      expect(rows.listedTypes).toContain(types.gateways)
    },
  )

  it('a resource group that was deleted since the groups were listed has nothing; one that is listed again was refused', async () => {
    context.server.reset(createTestArmInventory({ resources }))
    const group = (name: string) => ({ name, id: `${subscriptionId}/resourceGroups/${name}` })
    on(/resourcegroups$/i, { do: 'answer', body: { value: [group('Spokes')] } })
    on(/resourcegroups$/i, { do: 'answer', body: { value: [group('edge'), group('Spokes')] } }, 1)
    on(/resourceGroups\/edge\/.*virtualNetworkGateways$/i, armError(404, 'ResourceGroupNotFound', 'no such group'))
    const deleted = await context.inventory()
    expect(deleted.outcome).toBe('ok')
    expect(deleted.rows.listedTypes).toContain(types.gateways)
    context.server.reset(createTestArmInventory({ resources }))
    on(/resourceGroups\/edge\/.*virtualNetworkGateways$/i, armError(404, 'ResourceGroupNotFound', 'no such group'))
    expect(await context.inventory()).toMatchObject({
      outcome: 'not_found',
      rows: { failedTypes: [{ type: types.gateways }] },
    })
    context.server.reset(createTestArmInventory({ resources }))
    on(/resourcegroups$/i, armError(403, 'AuthorizationFailed', 'no'))
    on(/resourcegroups$/i, { do: 'answer', body: { value: [group('edge')] } }, 1)
    on(/resourceGroups\/edge\/.*virtualNetworkGateways$/i, armError(404, 'ResourceGroupNotFound', 'no such group'))
    expect(await context.inventory()).toMatchObject({
      outcome: 'not_found',
      rows: { failedTypes: [{ type: types.gateways }] },
    })
  })

  it('one that is not there is not one that has nothing', async () => {
    on(/./, armError(404, 'SubscriptionNotFound', 'no such subscription'))
    expect(await context.inventory()).toMatchObject({ outcome: 'not_found', rows: { listedTypes: [] } })
  })
})

describe('a list that fails', () => {
  it.each<[string, TestArmServerReaction, string]>([
    ['403', armError(403, 'AuthorizationFailed', 'no'), 'forbidden'],
    ['500', armError(500, 'InternalServerError', 'oops'), 'unavailable'],
    ['{}', { do: 'answer', body: {} }, 'malformed'],
    ['{"value":null}', { do: 'answer', body: { value: null } }, 'malformed'],
    ['a null row', { do: 'answer', body: { value: [null] } }, 'malformed'],
    ['a row without properties', { do: 'answer', body: { value: [{ id: circuitId, name: 'x' }] } }, 'malformed'],
    ['half a body', { do: 'halfBody', text: '{"value":[' }, 'malformed'],
    ['a web page', { do: 'text', text: '<html>', contentType: 'text/html' }, 'malformed'],
  ])('with %s is named, and loses no resource of other types', async (_name, behaviour, outcome) => {
    context.server.reset(createTestArmInventory({ resources }))
    on(circuits, behaviour)
    const observation = await context.inventory()
    expect(observation.outcome).toBe(outcome)
    expect(observation.error?.detail).toContain(types.circuits)
    expect(observation.rows.failedTypes).toMatchObject([{ type: types.circuits, outcome }])
    expect(observation.rows.listedTypes).not.toContain(types.circuits)
    expect(observation.rows.resources.map(({ type }) => type)).toEqual([
      types.connections,
      types.gateways,
      types.networks,
    ])
  })

  it.each([
    [{ peerings: {} }, 'peerings: expected array, got object'],
    [{ peerings: [7] }, 'peerings[0]: expected object, got number'],
    [
      { peerings: [{ name: 'p', properties: { state: [] } }] },
      'peerings[0].properties.state: expected text, got array',
    ],
    [{ circuitProvisioningState: {} }, 'circuitProvisioningState: expected text, got object'],
  ])('for a wrong type in %j names the field', async (properties, detail) => {
    context.server.reset(createTestArmInventory({ resources: [{ id: circuitId, name: 'london', properties }] }))
    const { outcome, error } = await context.inventory()
    expect(outcome).toBe('malformed')
    expect(error?.detail).toContain(`value[0].properties.${detail}`)
  })

  it.each([
    [
      { serviceProviderProperties: { bandwidthInMbps: 'fast', peeringLocation: 'London' } },
      'serviceProviderProperties.bandwidthInMbps: expected number',
    ],
    [{ serviceProviderProperties: 5 }, 'serviceProviderProperties: expected object, got number'],
    [
      { peerings: [{ name: 'p', properties: { peerASN: [], vlanId: 7 } }] },
      'peerings[0].properties.peerASN: expected number, got array',
    ],
  ])('with an odd member in %j keeps the resource, the member as it came, and names it', async (properties, detail) => {
    context.server.reset(createTestArmInventory({ resources: [{ id: circuitId, name: 'london', properties }] }))
    const { outcome, error, rows } = await context.inventory()
    expect(outcome).toBe('incomplete')
    expect(error?.detail).toContain(`1 member not read: value[0].properties.${detail}`)
    expect(rows.failedTypes).toMatchObject([{ type: types.circuits, outcome: 'incomplete' }])
    // all circuits are listed, so a missing circuit is gone
    expect(rows.listedTypes).toContain(types.circuits)
    expect(rows.resources).toMatchObject([{ name: 'london', config: { properties } }])
  })

  it('that names a group oddly leaves the others, and no type that stands in groups is listed whole', async () => {
    context.server.reset(createTestArmInventory({ resources }))
    on(/resourcegroups$/i, { do: 'answer', body: { value: [{ name: 'edge' }, { name: 7 }] } })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('incomplete')
    expect(rows.resources.map(({ type }) => type)).toContain(types.gateways)
    expect(rows.failedTypes.map(({ type }) => type)).toEqual([types.gateways, types.connections])
    expect(rows.listedTypes).not.toContain(types.gateways)
  })

  it('that is never required is recorded without an odd row, and removes nothing', async () => {
    context.server.reset(createTestArmInventory({ resources }))
    const watcher = circuitId.replace('expressRouteCircuits/london', 'networkWatchers/w')
    const monitor = (name: string) => ({ id: `${watcher}/connectionMonitors/${name}`, name, properties: {} })
    on(/networkWatchers$/i, { do: 'answer', body: { value: [{ id: watcher }] } })
    on(/connectionMonitors$/i, { do: 'answer', body: { value: [monitor('a'), { id: 7 }, monitor('b'), monitor('b')] } })
    const { outcome, error, rows } = await context.inventory()
    const type = 'microsoft.network/networkwatchers/connectionmonitors'
    expect(outcome).toBe('incomplete')
    expect(error?.detail).toContain(`${type}: 1 of 5 rows not read: value[1].id`)
    expect(rows.listedTypes).not.toContain(type)
    expect(rows.failedTypes).toMatchObject([{ type, outcome: 'incomplete', error: { unread: { count: 1 } } }])
    expect(rows.resources.filter((one) => one.type === type).map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('of a resource whose id is none names the row', async () => {
    context.server.reset(createTestArmInventory({ resources }))
    on(/expressRouteCircuits$/i, { do: 'answer', body: { value: [{ id: 'london', properties: {} }] } })
    const { outcome, error } = await context.inventory()
    expect({ outcome, detail: error?.detail }).toMatchObject({
      outcome: 'malformed',
      detail: expect.stringContaining('value[0].id: expected an ARM id'),
    })
  })

  it('a number that came as text is a number in the configuration, and what is new is kept', async () => {
    const peerings = [{ name: 'p', properties: { peerASN: '4200000000', newMember: [1] } }]
    context.server.reset(
      createTestArmInventory({ resources: [{ id: circuitId, properties: { peerings, newState: 'Odd' } }] }),
    )
    expect((await context.inventory()).rows.resources[0]).toMatchObject({
      name: 'london',
      location: null,
      config: { properties: { newState: 'Odd', peerings: [{ properties: { peerASN: 4200000000, newMember: [1] } }] } },
    })
  })

  it('members are known in any case, and recorded as ARM documents them', async () => {
    const peerings = [{ Name: 'p', Properties: { PeerASN: '65001' } }]
    context.server.reset(createTestArmInventory({ resources: [{ id: circuitId, Properties: { PEERINGS: peerings } }] }))
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.resources[0]?.config).toEqual({
      properties: { peerings: [{ name: 'p', properties: { peerASN: 65001 } }] },
    })
  })

  it('in one resource group fails its type in all of them', async () => {
    const other = { ...resources[0], id: gatewayId.replace('/edge/', '/edge2/') }
    context.server.reset(createTestArmInventory({ resources: [...resources, other] }))
    on(/resourceGroups\/edge2\/.*virtualNetworkGateways$/i, armError(500, 'InternalServerError', 'oops'))
    const { rows } = await context.inventory()
    expect(rows.failedTypes.map(({ type }) => type)).toEqual([types.gateways])
    expect(rows.resources.map(({ type }) => type)).not.toContain(types.gateways)
  })

  it('for want of budget stops the rest: a 429 is not answered with more requests', async () => {
    const groups = Array.from({ length: 40 }, (_, i) => ({
      ...resources[0],
      id: gatewayId.replace('/edge/', `/edge${i}/`),
    }))
    context.server.reset(createTestArmInventory({ resources: groups as typeof resources }))
    on(/providers/, armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '9' }))
    expect(await context.inventory()).toMatchObject({ outcome: 'throttled', error: { retryAfterSeconds: 9 } })
    expect(context.server.requests.length).toBeLessThan(20)
  })

  it('of resource groups fails all that is listed by group', async () => {
    context.server.reset(createTestArmInventory({ resources }))
    on(/resourcegroups$/i, armError(403, 'AuthorizationFailed', 'no'))
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('forbidden')
    expect(rows.failedTypes.map(({ type }) => type)).toEqual([types.gateways, types.connections])
    expect(rows.resources.map(({ type }) => type)).toEqual([types.circuits, types.networks])
  })
})
