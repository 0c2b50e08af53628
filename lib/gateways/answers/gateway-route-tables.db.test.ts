import { beforeAll, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { getGateway } from './gateways.ts'
import { lookUpRoutesToAddress } from '#lib/routes/answers/index.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  createTestPollRecorder,
  createUserRouteTableRow,
} from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const now = T0 + 30_000

/**
 * Returns the network with the given subnets, each with a private endpoint, an address prefix and endpoint policies.
 */
function withEndpoints(row: ResourceRow, subnets: Record<string, [prefix: string, policies: string]>): ResourceRow {
  const properties = {
    ...(row.config.properties as object),
    subnets: Object.entries(subnets).map(([name, [addressPrefix, privateEndpointNetworkPolicies]]) => ({
      name,
      properties: { addressPrefix, privateEndpointNetworkPolicies, privateEndpoints: [{ id: `/${name}` }] },
    })),
  }
  return { ...row, config: { ...row.config, properties } }
}

const table = createUserRouteTableRow('rt-gateway', {
  '10.1.0.0/16': '10.0.9.4',
  '10.1.2.0/24': '10.0.9.5',
  '10.71.0.0/16': ['10.0.9.6', '10.0.9.7'],
})
const others = [
  createCircuitRow('ckt'),
  createGatewayRow('ergw', 'ExpressRoute', 'hub'),
  createGatewayRow('vpngw', 'Vpn', 'branch'),
  createGatewayRow('lone', 'Vpn', 'bare'),
  createConnectionRow('cxn', 'ergw', 'ckt', 0),
  createNetworkRow('hub', ['10.0.0.0/16'], { spoke: ['10.1.0.0/16'] }, 'Connected', 'rt-gateway'),
  withEndpoints(createNetworkRow('spoke', ['10.1.0.0/16']), {
    links: ['10.1.2.0/26', 'Disabled'],
    safe: ['10.1.3.0/24', 'RouteTableEnabled'],
  }),
  withEndpoints(createNetworkRow('apart', ['10.1.0.0/16']), { elsewhere: ['10.1.2.0/26', 'Disabled'] }),
  createNetworkRow('branch', ['10.2.0.0/16'], {}, 'Connected', 'rt-unread'),
  createNetworkRow('bare', ['10.3.0.0/16']),
]

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  await feed.inventory(T0, [...others, table])
  await feed.learned(T0, 'ergw', [learnedRoute('10.1.0.0/16')])
  await feed.schedule({ resourceId: gatewayId('ergw'), kind: 'learned' })
})

it('the look-up names the routes of the GatewaySubnet that cover the address, the longest first, and ranks none', async () => {
  const { data } = await lookUpRoutesToAddress(db, { ip: '10.1.2.3', scope: gatewayId('ergw') }, now)
  expect(data.userRoutes).toMatchObject([
    { scopeName: 'ergw', routeTable: 'rt-gateway', prefix: '10.1.2.0/24', nextHop: '10.0.9.5', nextHops: ['10.0.9.5'] },
    { prefix: '10.1.0.0/16', nextHopType: 'VirtualAppliance' },
  ])
  expect(data.candidates.map(({ table }) => table)).toEqual(['system', 'learned'])
  expect((await lookUpRoutesToAddress(db, { ip: '10.9.0.1', scope: gatewayId('ergw') }, now)).data.userRoutes).toEqual(
    [],
  )
})

it.each([
  [
    'one of a subnet with private endpoints',
    '10.1.2.3',
    [{ network: 'spoke', subnet: 'links', prefix: '10.1.2.0/26', appliesRoutes: false }],
  ],
  [
    'one whose subnet applies such routes',
    '10.1.3.3',
    [{ network: 'spoke', subnet: 'safe', prefix: '10.1.3.0/24', appliesRoutes: true }],
  ],
  ['another one of that network', '10.1.2.99', []],
  ['one that no user-defined route covers', '10.0.0.9', []],
])('beside user-defined routes the look-up names where %s is', async (_, ip, expected) => {
  const { data } = await lookUpRoutesToAddress(db, { ip, scope: gatewayId('ergw') }, now)
  expect(data.privateEndpoints).toEqual(expected)
})

it('the look-up names every appliance of a route with equal next hops', async () => {
  const equal = { nextHopType: 'VirtualApplianceEcmp', nextHop: '10.0.9.6', nextHops: ['10.0.9.6', '10.0.9.7'] }
  const { data } = allApiEndpoints.routeLookup.response.parse(
    await lookUpRoutesToAddress(db, { ip: '10.71.8.1', scope: gatewayId('ergw') }, now),
  )
  expect(data.userRoutes).toMatchObject([{ prefix: '10.71.0.0/16', ...equal }])
  const gateway = allApiEndpoints.gateway.response.parse(await getGateway(db, gatewayId('ergw'), now))
  expect(gateway.data.routeTable?.routes).toContainEqual({ name: 'to-10.71.0.0/16', prefix: '10.71.0.0/16', ...equal })
})

const ofErgw = [{ prefix: '10.1.0.0/16' }, { prefix: '10.1.2.0/24' }, { prefix: '10.71.0.0/16' }]
it.each([
  ['ergw', { name: 'rt-gateway', propagatesBgp: true, routes: ofErgw }],
  ['vpngw', { name: 'rt-unread', routes: null }],
  ['lone', null],
])('the page of %s has the table of its subnet, and says where it was not read', async (name, table) => {
  const { data } = allApiEndpoints.gateway.response.parse(await getGateway(db, gatewayId(name), now))
  if (table === null) expect(data.routeTable).toBeNull()
  else expect(data.routeTable).toMatchObject(table)
})

it('a circuit has what it uses of its limits, in its own page', async () => {
  const { data } = allApiEndpoints.circuit.response.parse(await getCircuit(db, circuitId('ckt'), now))
  expect(data.limits).toMatchObject([
    { name: 'vnet_links', limit: 10, count: 1, share: 0.1 },
    { name: 'circuits_in_region', limit: 10, count: 1 },
    { name: 'circuits_in_subscription', limit: 50, count: 1 },
  ])
})

it('a table whose last change failed is named as not known to have effect', async () => {
  const feed = createTestPollRecorder(db)
  const properties = table.config.properties as object
  const at = async (n: number, provisioningState: string) => {
    await feed.inventory(T0 + n, [
      ...others,
      { ...table, config: { properties: { ...properties, provisioningState } } },
    ])
    return (await lookUpRoutesToAddress(db, { ip: '10.1.2.3', scope: gatewayId('ergw') }, now)).data.userRoutes
  }
  const unapplied = 'The last change of rt-gateway failed, so it is not known to have effect.'
  expect(await at(5_000, 'Failed')).toMatchObject([{ unapplied }, { unapplied }])
  expect(await at(10_000, 'Updating')).toMatchObject([{ unapplied: null }, { unapplied: null }])
})
