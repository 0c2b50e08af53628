import { expect, it } from 'vitest'
import { ask, CIRCUITS, HUB, type Loose, ORIGIN, PAIR, estateWorld, pairWorld, rows } from '../testing.ts'

it('an ExpressRoute Direct circuit names its port and no provider', () => {
  const [circuit] = pairWorld().scenario.circuits
  const world = pairWorld([], {
    ports: [{ name: 'port-1', group: 'rg-pair', peeringLocation: 'Amsterdam', gbps: 100, router: 'ams-06gmr' }],
    circuits: [{ ...circuit, provider: undefined, port: 'port-1', bandwidthMbps: 40_000, connectivity: 'direct' }],
  })
  expect(ask(world, ORIGIN, 'GET', `${PAIR}/expressRouteCircuits/erc-pair`).json.properties).toMatchObject({
    serviceProviderProperties: null,
    bandwidthInGbps: 40,
    expressRoutePort: { id: `${PAIR}/expressRoutePorts/port-1` },
  })
  const [port] = rows(ask(world, ORIGIN, 'GET', `${PAIR}/ExpressRoutePorts`))
  expect(port?.properties).toMatchObject({ bandwidthInGbps: 100, provisionedBandwidthInGbps: 40, mtu: '1500' })
  expect(rows(ask(world, ORIGIN, 'GET', `${PAIR}/ExpressRoutePorts/port-1/links`)).map((l) => l.name)).toEqual([
    'link1',
    'link2',
  ])
})

it('a changed and a removed object are what the path then finds', () => {
  const world = estateWorld([
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
  const names = (at: number) => rows(ask(world, at, 'GET', `${CIRCUITS}/expressRouteCircuits`)).map((c) => c.name)
  const london = (at: number) =>
    ask(world, at, 'GET', `${CIRCUITS}/expressRouteCircuits/erc-london`).json.properties as Loose
  const learned = (at: number) =>
    new Set(
      rows(ask(world, at, 'POST', `${HUB}/virtualNetworkGateways/ergw-hub/getLearnedRoutes`)).map((r) => r.network),
    )
  const during = ORIGIN + 90_000
  expect(names(ORIGIN)).toEqual(['erc-london', 'erc-amsterdam'])
  expect(names(during)).toEqual(['erc-london'])
  expect(ask(world, during, 'GET', `${CIRCUITS}/expressRouteCircuits/erc-amsterdam/stats`).status).toBe(404)
  expect((london(ORIGIN).serviceProviderProperties as Loose).bandwidthInMbps).toBe(1000)
  expect((london(during).serviceProviderProperties as Loose).bandwidthInMbps).toBe(2000)
  expect([learned(ORIGIN).has('10.101.0.0/16'), learned(during).has('10.101.0.0/16')]).toEqual([true, false])
})

it('a switched-off peering is down by administration, and its routes are gone', () => {
  const world = pairWorld([
    {
      op: 'configuration',
      kind: 'peering',
      name: 'erc-pair',
      child: 'AzurePrivatePeering',
      set: { state: 'Disabled' },
      at: '+1m',
    },
  ])
  const at = ORIGIN + 90_000
  const circuit = `${PAIR}/expressRouteCircuits/erc-pair`
  expect(ask(world, at, 'GET', `${circuit}/peerings/AzurePrivatePeering`).json.properties).toMatchObject({
    state: 'Disabled',
  })
  const [ce] = rows(ask(world, at, 'POST', `${circuit}/peerings/AzurePrivatePeering/routeTablesSummary/primary`))
  expect(ce?.statePfxRcd).toBe('Idle (Admin)')
  const peers = rows(ask(world, at, 'POST', `${PAIR}/virtualNetworkGateways/gw-pair/getBgpPeerStatus`))
  expect(peers.filter((r) => r.asn === 12076).map((r) => r.routesReceived)).toEqual([0, 0, 0, 0])
})

it('a circuit on a LAG names it in a member of its own, and the LAG has links with members', () => {
  const [circuit] = pairWorld().scenario.circuits
  const world = pairWorld(
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
    rows(ask(world, at, 'GET', `${PAIR.replace(/\/resourceGroups\/[^/]+/, '')}/expressRouteLags`))
  expect(ask(world, ORIGIN, 'GET', `${PAIR}/expressRouteCircuits/erc-pair`).json.properties).toMatchObject({
    serviceProviderProperties: null,
    expressRouteLag: { id: `${PAIR}/expressRouteLags/lag-1` },
  })
  expect(rows(ask(world, ORIGIN, 'GET', `${PAIR}/expressRoutePorts`))).toEqual([])
  const linksAt = (at: number) => read(at).flatMap((lag) => (lag.properties as { links: Loose[] }).links)
  const states = (at: number) =>
    linksAt(at).map(({ properties }) => {
      const { adminState, members } = properties as { adminState: string; members: { properties: Loose }[] }
      return [adminState, members.filter((one) => one.properties.adminState === 'Enabled').length]
    })
  expect(states(ORIGIN)).toEqual([
    ['Enabled', 3],
    ['Enabled', 4],
  ])
  expect(states(ORIGIN + 90_000)).toEqual([
    ['Enabled', 4],
    ['Disabled', 4],
  ])
})
