import { expect, it } from 'vitest'
import {
  requestSimulator,
  CIRCUITS_GROUP_ARM_ID,
  HUB_GROUP_ARM_ID,
  type UntypedJsonObject,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createBuiltInEstateWorld,
  createOneCircuitWorld,
  getResponseValueRows,
} from '../testing.ts'

it('an ExpressRoute Direct circuit names its port and no provider', () => {
  const [circuit] = createOneCircuitWorld().scenario.circuits
  const world = createOneCircuitWorld([], {
    ports: [{ name: 'port-1', group: 'rg-pair', peeringLocation: 'Amsterdam', gbps: 100, router: 'ams-06gmr' }],
    circuits: [{ ...circuit, provider: undefined, port: 'port-1', bandwidthMbps: 40_000, connectivity: 'direct' }],
  })
  expect(
    requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`)
      .json.properties,
  ).toMatchObject({
    serviceProviderProperties: null,
    bandwidthInGbps: 40,
    expressRoutePort: { id: `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRoutePorts/port-1` },
  })
  const [port] = getResponseValueRows(
    requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${ONE_CIRCUIT_GROUP_ARM_ID}/ExpressRoutePorts`),
  )
  expect(port?.properties).toMatchObject({ bandwidthInGbps: 100, provisionedBandwidthInGbps: 40, mtu: '1500' })
  expect(
    getResponseValueRows(
      requestSimulator(
        world,
        TEST_TIMELINE_ORIGIN,
        'GET',
        `${ONE_CIRCUIT_GROUP_ARM_ID}/ExpressRoutePorts/port-1/links`,
      ),
    ).map((l) => l.name),
  ).toEqual(['link1', 'link2'])
})

it('a changed and a removed object are what the path then finds', () => {
  const world = createBuiltInEstateWorld([
    { op: 'configuration', kind: 'circuit', name: 'erc-london', set: { bandwidthMbps: 2000 }, at: '+1m', for: '1m' },
    { op: 'configuration', kind: 'circuit', name: 'erc-amsterdam', absent: true, at: '+1m', for: '1m' },
    {
      op: 'configuration',
      kind: 'vnet-peering',
      name: 'vnet-hub-uks',
      child: 'hub-to-web',
      absent: true,
      at: '+1m',
      for: '1m',
    },
  ])
  const names = (at: number) =>
    getResponseValueRows(requestSimulator(world, at, 'GET', `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits`)).map(
      (c) => c.name,
    )
  const london = (at: number) =>
    requestSimulator(world, at, 'GET', `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-london`).json
      .properties as UntypedJsonObject
  const learned = (at: number) =>
    new Set(
      getResponseValueRows(
        requestSimulator(world, at, 'POST', `${HUB_GROUP_ARM_ID}/virtualNetworkGateways/ergw-hub/getLearnedRoutes`),
      ).map((r) => r.network),
    )
  const during = TEST_TIMELINE_ORIGIN + 90_000
  expect(names(TEST_TIMELINE_ORIGIN)).toEqual(['erc-london', 'erc-amsterdam'])
  expect(names(during)).toEqual(['erc-london'])
  expect(
    requestSimulator(world, during, 'GET', `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-amsterdam/stats`).status,
  ).toBe(404)
  expect((london(TEST_TIMELINE_ORIGIN).serviceProviderProperties as UntypedJsonObject).bandwidthInMbps).toBe(1000)
  expect((london(during).serviceProviderProperties as UntypedJsonObject).bandwidthInMbps).toBe(2000)
  expect([learned(TEST_TIMELINE_ORIGIN).has('10.101.0.0/16'), learned(during).has('10.101.0.0/16')]).toEqual([
    true,
    false,
  ])
})

it('a switched-off peering is down by administration, and its routes are gone', () => {
  const world = createOneCircuitWorld([
    {
      op: 'configuration',
      kind: 'peering',
      name: 'erc-pair',
      child: 'AzurePrivatePeering',
      set: { state: 'Disabled' },
      at: '+1m',
    },
  ])
  const at = TEST_TIMELINE_ORIGIN + 90_000
  const circuit = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`
  expect(requestSimulator(world, at, 'GET', `${circuit}/peerings/AzurePrivatePeering`).json.properties).toMatchObject({
    state: 'Disabled',
  })
  const [ce] = getResponseValueRows(
    requestSimulator(world, at, 'POST', `${circuit}/peerings/AzurePrivatePeering/routeTablesSummary/primary`),
  )
  expect(ce?.statePfxRcd).toBe('Idle (Admin)')
  const peers = getResponseValueRows(
    requestSimulator(world, at, 'POST', `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/getBgpPeerStatus`),
  )
  expect(peers.filter((r) => r.asn === 12076).map((r) => r.routesReceived)).toEqual([0, 0, 0, 0])
})

it('a circuit on a LAG names it in a member of its own, and the LAG has links with members', () => {
  const [circuit] = createOneCircuitWorld().scenario.circuits
  const world = createOneCircuitWorld(
    [{ op: 'configuration', kind: 'lag', name: 'lag-1', set: { disabled: ['link2'] }, at: '+1m', for: '1m' }],
    {
      ports: [
        {
          name: 'lag-1',
          group: 'rg-pair',
          peeringLocation: 'Amsterdam',
          gbps: 10,
          router: 'ams-06gmr',
          lag: { members: 4, minActive: 3 },
          disabled: ['link1/member2'],
        },
      ],
      circuits: [{ ...circuit, provider: undefined, port: 'lag-1', bandwidthMbps: 5_000, connectivity: 'direct' }],
    },
  )
  const read = (at: number) =>
    getResponseValueRows(
      requestSimulator(
        world,
        at,
        'GET',
        `${ONE_CIRCUIT_GROUP_ARM_ID.replace(/\/resourceGroups\/[^/]+/, '')}/expressRouteLags`,
      ),
    )
  expect(
    requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`)
      .json.properties,
  ).toMatchObject({
    serviceProviderProperties: null,
    expressRouteLag: { id: `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteLags/lag-1` },
  })
  expect(
    getResponseValueRows(
      requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRoutePorts`),
    ),
  ).toEqual([])
  const linksAt = (at: number) => read(at).flatMap((lag) => (lag.properties as { links: UntypedJsonObject[] }).links)
  const states = (at: number) =>
    linksAt(at).map(({ properties }) => {
      const { adminState, members } = properties as { adminState: string; members: { properties: UntypedJsonObject }[] }
      return [adminState, members.filter((one) => one.properties.adminState === 'Enabled').length]
    })
  expect(states(TEST_TIMELINE_ORIGIN)).toEqual([
    ['Enabled', 3],
    ['Enabled', 4],
  ])
  expect(states(TEST_TIMELINE_ORIGIN + 90_000)).toEqual([
    ['Enabled', 4],
    ['Disabled', 4],
  ])
})
