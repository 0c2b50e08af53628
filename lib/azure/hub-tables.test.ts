import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { pollKindDefinitions } from './kinds/index.ts'
import { exampleBody } from './testdata/wire-form.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { createTestArmInventory, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const place = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/wan/providers/Microsoft.Network`
const hubId = `${place}/virtualHubs/hub1`
const gatewayId = `${place}/expressRouteGateways/er1`
const wanId = `${place}/virtualWans/wan1`
const wan = { id: wanId, name: 'wan1', location: 'westeurope', properties: { allowBranchToBranchTraffic: false } }
const hub = {
  id: hubId,
  name: 'hub1',
  location: 'westeurope',
  // this flag applies to Route Servers only; for a hub the flag of the Virtual WAN counts
  properties: { virtualWan: { id: wanId }, allowBranchToBranchTraffic: true },
}
const firewallId = `${place}/azureFirewalls/afw`

const bodyOfLastPost = () => {
  const post = context.server.requests.findLast(({ method }) => method === 'POST')
  return { path: post?.path, body: JSON.parse(post?.body ?? 'null') as unknown }
}

describe('the effective routes of a hub', () => {
  it('of the official example', async () => {
    context.server.reset(
      createTestArmInventory({
        bodies: { [`${hubId}/effectiveRoutes`]: exampleBody('EffectiveRoutesListForRouteTable') },
        rounds: 0,
      }),
    )
    const read = await context.azure.poll({ resourceId: hubId, subresource: 'defaultRouteTable' }, 'tables')
    const none = { instance: null, weight: null, localPref: null }
    expect(read).toMatchObject({
      outcome: 'ok',
      rows: [
        {
          ...none,
          prefix: '10.0.0.0/16',
          nextHop: 'expressRouteGateways/ErGw1',
          peer: 'expressRouteGateways/ErGw1',
          origin: 'ExpressRouteGateway',
          asPath: [12076, 12076],
        },
        {
          ...none,
          prefix: '10.147.128.0/17',
          nextHop: 'virtualHubs/hub0',
          origin: 'Remote Hub',
          asPath: [65520, 65520],
        },
      ],
    })
    expect(bodyOfLastPost()).toEqual({
      path: `${hubId}/effectiveRoutes`,
      body: { resourceId: `${hubId}/hubRouteTables/defaultRouteTable`, virtualWanResourceType: 'RouteTable' },
    })
  })

  it('have a row for each prefix and next hop', async () => {
    const value = [
      {
        addressPrefixes: ['10.1.0.0/16', '10.2.0.0/16'],
        nextHops: ['10.60.0.4', '10.60.0.5'],
        nextHopType: 'IPAddress',
        routeOrigin: '',
        asPath: '',
      },
    ]
    context.server.reset(createTestArmInventory({ bodies: { [`${hubId}/effectiveRoutes`]: { value } }, rounds: 0 }))
    const read = await context.azure.poll({ resourceId: hubId, subresource: 'defaultRouteTable' }, 'tables')
    const rows = read.kind === 'tables' ? read.rows : []
    expect(rows.map(({ prefix, nextHop, peer, asPath }) => [prefix, nextHop, peer, asPath])).toEqual([
      ['10.1.0.0/16', '10.60.0.4', null, []],
      ['10.1.0.0/16', '10.60.0.5', null, []],
      ['10.2.0.0/16', '10.60.0.4', null, []],
      ['10.2.0.0/16', '10.60.0.5', null, []],
    ])
  })

  it('name the field that can’t be read', async () => {
    const value = [{ addressPrefixes: ['10.1.0.0/99'], nextHops: [], asPath: '' }]
    context.server.reset(createTestArmInventory({ bodies: { [`${hubId}/effectiveRoutes`]: { value } }, rounds: 0 }))
    const read = await context.azure.poll({ resourceId: hubId, subresource: 'defaultRouteTable' }, 'tables')
    expect(read).toMatchObject({
      outcome: 'malformed',
      error: { detail: expect.stringContaining('value[0].addressPrefixes[0]: expected a prefix') },
    })
  })

  it('are polled of a hub in a Virtual WAN, and of no Route Server', () => {
    const planned = (properties: object) => ({
      resourceId: hubId,
      type: armTypes.virtualHub,
      subscriptionId: SUBSCRIPTION_ID,
      config: { properties },
    })
    expect(pollKindDefinitions.tables.subresources(planned({ virtualWan: wan }), [])).toEqual(['defaultRouteTable'])
    expect(pollKindDefinitions.tables.subresources(planned({}), [])).toEqual([])
  })
})

describe('another route table of a hub', () => {
  const tableId = `${hubId}/hubRouteTables/rt-partners`
  const planned = (resourceId: string) => ({
    resourceId,
    type: armTypes.hubRouteTable,
    subscriptionId: SUBSCRIPTION_ID,
    config: {},
  })

  it('is a resource that its hub is asked for', async () => {
    context.server.reset(
      createTestArmInventory({
        bodies: { [`${hubId}/effectiveRoutes`]: exampleBody('EffectiveRoutesListForRouteTable') },
        rounds: 0,
      }),
    )
    const read = await context.azure.poll({ resourceId: tableId, subresource: '' }, 'tables')
    expect(read).toMatchObject({ outcome: 'ok', rows: [{ prefix: '10.0.0.0/16' }, { prefix: '10.147.128.0/17' }] })
    expect(bodyOfLastPost()).toEqual({
      path: `${hubId}/effectiveRoutes`,
      body: { resourceId: tableId, virtualWanResourceType: 'RouteTable' },
    })
  })

  it('is polled on its hub; the default one is a part of the hub, and one takes no routes', () => {
    expect(pollKindDefinitions.tables.subresources(planned(tableId), [])).toEqual([''])
    expect(pollKindDefinitions.tables.runsOn?.(planned(tableId))).toBe(hubId)
    for (const name of ['defaultRouteTable', 'noneRouteTable']) {
      expect(pollKindDefinitions.tables.subresources(planned(tableId.replace('rt-partners', name)), [])).toEqual([])
    }
  })

  it('has labels, static routes and connections', () => {
    const properties = {
      labels: ['partners'],
      routes: [{ name: 'to-firewall' }],
      associatedConnections: ['a'],
      propagatingConnections: ['a', 'b'],
      provisioningState: 'Succeeded',
    }
    expect(decodeResourceConfig(armTypes.hubRouteTable, { properties })).toEqual({
      resource: 'hubRouteTable',
      labels: ['partners'],
      staticRoutes: [{ name: 'to-firewall', prefixes: [], nextHop: null }],
      associated: 1,
      propagating: 2,
      propagatingKeys: ['a', 'b'],
      provisioningState: 'Succeeded',
    })
  })

  it('has an unknown number of static routes if its configuration does not contain them', () => {
    const routesOf = (properties: object) => decodeResourceConfig(armTypes.hubRouteTable, { properties }).staticRoutes
    // a customer sees the table of a hub of another owner without its routes
    expect(routesOf({ provisioningState: 'Succeeded' })).toBeNull()
    expect(routesOf({ routes: [] })).toEqual([])
  })
})

describe('what a connection of a hub brings', () => {
  it('of the official example, asked of the hub', async () => {
    context.server.reset(
      createTestArmInventory({ bodies: { [`${hubId}/inboundRoutes`]: exampleBody('GetInboundRoutes') }, rounds: 0 }),
    )
    const read = await context.azure.poll({ resourceId: gatewayId, subresource: 'hub1/exrConn1' }, 'learned')
    expect(read).toMatchObject({
      outcome: 'ok',
      rows: [
        {
          prefix: '10.200.0.0/16',
          asPath: [65520, 65520, 12076, 12076],
          peer: 'exrConn1',
          nextHop: null,
          instance: null,
        },
        { prefix: '192.168.50.0/24', asPath: [65520, 65520] },
      ],
    })
    expect(bodyOfLastPost()).toEqual({
      path: `${hubId}/inboundRoutes`,
      body: {
        resourceUri: `${gatewayId}/expressRouteConnections/exrConn1`,
        connectionType: 'ExpressRouteConnection',
      },
    })
  })

  it('is polled by connection, on the hub that runs the operation', () => {
    const gateway = (hubAt: string) => ({
      resourceId: gatewayId,
      type: armTypes.expressRouteGateway,
      subscriptionId: SUBSCRIPTION_ID,
      config: { properties: { virtualHub: { id: hubAt }, expressRouteConnections: [{ name: 'a' }, { name: 'b' }] } },
    })
    expect(pollKindDefinitions.learned.subresources(gateway(hubId), [])).toEqual(['hub1/a', 'hub1/b'])
    expect(pollKindDefinitions.learned.runsOn?.(gateway(hubId))).toBe(hubId)
    expect(pollKindDefinitions.learned.subresources(gateway(hubId.replace('/wan/', '/hubs/')), [])).toEqual([
      'hubs/hub1/a',
      'hubs/hub1/b',
    ])
  })

  const vpnId = `${place}/vpnGateways/vpn-hub`
  const noData = 'There is no route data for the connection, try again later.'
  it.each<[string, TestArmServerReaction]>([
    ['null', { do: 'text', text: 'null' }],
    ['an empty body', { do: 'text', text: '' }],
    ['an empty 204', { do: 'answer', status: 204 }],
    ['a list that is null', { do: 'answer', body: { value: null } }],
    ['a 404 with a sentence about routes', armError(404, 'NotFound', noData)],
    ['an operation that ends in null', { do: 'operation', style: 'location', body: null }],
    [
      'an operation that ends in an empty 204',
      { do: 'operation', style: 'location', body: {}, end: { do: 'answer', status: 204 } },
    ],
    [
      'an operation that ends in such a 404',
      { do: 'operation', style: 'location', body: {}, end: armError(404, 'NoRouteData', noData) },
    ],
    ['an operation with a status that has no routes', { do: 'operation', style: 'asyncOutput', body: { value: null } }],
  ])('is not given by Azure after %s', async (_, behaviour) => {
    for (const resourceId of [gatewayId, vpnId]) {
      context.server.reset(createTestArmInventory({}))
      context.server.rule({ when: /inboundRoutes$/i, behaviour })
      const read = await context.azure.poll({ resourceId, subresource: 'hub1/branch-7' }, 'learned')
      expect(read).toMatchObject({
        outcome: 'not_given',
        rows: [],
        error: { code: 'ROUTES_NOT_GIVEN', detail: 'Azure gives no routes for this connection' },
      })
    }
  })

  it.each<[string, TestArmServerReaction, string]>([
    [
      'a connection that was deleted',
      armError(404, 'ResourceNotFound', "The connection 'route-7' was not found."),
      'not_found',
    ],
    ['a hub that was deleted', armError(404, 'NotFound', `Resource ${hubId}/inbound-routes not found.`), 'not_found'],
    ['a page of a proxy', { do: 'text', text: '<html>' }, 'malformed'],
    ['an object without a list', { do: 'answer', body: { rows: [] } }, 'malformed'],
  ])('still fails for %s', async (_, behaviour, outcome) => {
    context.server.reset(createTestArmInventory({}))
    context.server.rule({ when: /inboundRoutes$/i, behaviour })
    expect(await context.azure.poll({ resourceId: vpnId, subresource: 'hub1/branch-7' }, 'learned')).toMatchObject({
      outcome,
    })
  })

  it('is malformed for a table of a hub that is null, because a hub always has a table', async () => {
    context.server.reset(createTestArmInventory({ bodies: { [`${hubId}/effectiveRoutes`]: null }, rounds: 0 }))
    expect(await context.azure.poll({ resourceId: hubId, subresource: 'defaultRouteTable' }, 'tables')).toMatchObject({
      outcome: 'malformed',
    })
  })

  it('is not asked for without a connection', async () => {
    expect(await context.azure.poll({ resourceId: gatewayId, subresource: '' }, 'learned')).toMatchObject({
      outcome: 'not_polled',
    })
  })
})

describe('the inventory', () => {
  const inside = {
    [`${hubId}/bgpConnections`]: exampleBody('VirtualHubBgpConnectionList'),
    [`${hubId}/hubVirtualNetworkConnections`]: { value: [] },
    [`${hubId}/hubRouteTables`]: { value: [] },
    [`${hubId}/routingIntent`]: {
      value: [
        {
          name: 'intent',
          id: `${hubId}/routingIntent/intent`,
          properties: {
            provisioningState: 'Succeeded',
            routingPolicies: [
              { name: 'a', destinations: ['PrivateTraffic'], nextHop: firewallId },
              { name: 'b', destinations: ['Internet'], nextHop: firewallId },
              { name: 'new', destinations: ['Other'], nextHop: firewallId },
            ],
          },
        },
      ],
    },
  }
  it('lists what is inside a hub', async () => {
    context.server.reset(createTestArmInventory({ resources: [hub], bodies: inside }))
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    const peer = rows.resources.find(({ type }) => type === armTypes.hubBgpConnection)
    expect(peer?.name).toBe('conn1')
    expect(decodeResourceConfig(armTypes.hubBgpConnection, peer?.config)).toEqual({
      resource: 'hubBgpConnection',
      peerAddress: '192.168.1.5',
      peerAsn: 20000,
      provisioningState: 'Succeeded',
      networkConnection: 'hubVnetConn1',
    })
  })

  it('has the routing intent of a hub, the flag of its Virtual WAN, and route maps where the hub names some', async () => {
    context.server.reset(createTestArmInventory({ resources: [hub, wan], bodies: inside }))
    const { rows } = await context.inventory()
    const configOf = (type: string) => {
      const found = rows.resources.find((one) => one.type === type)
      return found && decodeResourceConfig(type, found.config)
    }
    expect(configOf(armTypes.hubRoutingIntent)).toEqual({
      resource: 'hubRoutingIntent',
      provisioningState: 'Succeeded',
      policies: [
        { traffic: 'private', nextHop: firewallId },
        { traffic: 'internet', nextHop: firewallId },
      ],
    })
    expect(configOf(armTypes.virtualWan)).toEqual({ resource: 'virtualWan', allowsBranchToBranch: false })
    expect(context.server.requests.some(({ path }) => /routeMaps/i.test(path))).toBe(false)
  })

  it('loses nothing inside hubs where they may not be listed, and is complete without', async () => {
    context.server.reset(createTestArmInventory({ resources: [hub], bodies: inside }))
    context.server.rule({ when: /bgpConnections$/i, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).toContain(armTypes.virtualHub)
    expect(rows.listedTypes).toContain(armTypes.hubNetworkConnection)
    expect(rows.listedTypes).not.toContain(armTypes.hubBgpConnection)
  })
})

it('a gateway of a hub names its connections', () => {
  const [gateway] = (exampleBody('ExpressRouteGatewayListBySubscription') as { value: unknown[] }).value
  expect(decodeResourceConfig(armTypes.expressRouteGateway, gateway)).toMatchObject({
    kind: 'vwan',
    networkKey:
      '/subscriptions/subid/resourcegroups/resourcegroupname/providers/microsoft.network/virtualhubs/virtualhubname',
    hubConnections: [
      {
        name: 'connectionName',
        circuitKey:
          '/subscriptions/subid/resourcegroups/resourcegroupname/providers/microsoft.network/expressroutecircuits/circuitname',
        site: null,
        routingWeight: 1,
        provisioningState: 'Provisioned',
      },
    ],
  })
})
