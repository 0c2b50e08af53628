import { describe, expect, it } from 'vitest'
import {
  compareCircuitLimits,
  compareGatewayLimits,
  compareHubGatewayLimits,
  compareHubPeerLimits,
  compareUserVpnLimits,
  compareSubscriptionLimits,
} from './azure-limits.ts'

describe('virtual networks on a circuit', () => {
  it.each([
    ['Standard', 10_000, 10],
    ['Local', 1_000, 10],
    ['Premium', 50, 20],
    ['Premium', 100, 25],
    ['Premium', 200, 25],
    ['Premium', 500, 40],
    ['premium', 1_000, 50],
    ['Premium', 2_000, 60],
    ['Premium', 5_000, 75],
    ['Premium', 10_000, 100],
    ['Premium', 100_000, 100],
  ])('%s of %d Mb/s takes %d', (tier, bandwidthMbps, limit) => {
    expect(compareCircuitLimits({ tier, bandwidthMbps, networks: 3, circuits: 2 })).toMatchObject([
      { name: 'vnet_links', limit, count: 5, share: 5 / limit },
    ])
  })

  it('says nothing where ARM states no tier, or a Premium circuit no bandwidth', () => {
    expect(compareCircuitLimits({ tier: null, bandwidthMbps: 50, networks: 1, circuits: 0 })).toEqual([])
    expect(compareCircuitLimits({ tier: 'Premium', bandwidthMbps: null, networks: 1, circuits: 0 })).toEqual([])
  })
})

describe('circuits of a subscription', () => {
  const here = { subscriptionId: 'A', location: 'westeurope' }
  const circuits = [
    here,
    { subscriptionId: 'a', location: 'West Europe' },
    { subscriptionId: 'a', location: 'uksouth' },
    { subscriptionId: 'a', location: null },
    { subscriptionId: 'b', location: 'westeurope' },
  ]

  it('are counted by region, of which Azure takes 10, and in all, of which it takes 50', () => {
    expect(compareSubscriptionLimits(here, circuits)).toMatchObject([
      { name: 'circuits_in_region', limit: 10, count: 2, share: 0.2 },
      { name: 'circuits_in_subscription', limit: 50, count: 4, share: 0.08 },
    ])
  })

  it('have no row of a region that ARM does not state', () => {
    const limits = compareSubscriptionLimits({ subscriptionId: 'a', location: null }, circuits)
    expect(limits.map(({ name, count }) => [name, count])).toEqual([['circuits_in_subscription', 4]])
  })
})

describe('a gateway', () => {
  const er = {
    kind: 'expressRoute',
    units: null,
    connections: 3,
    locations: [],
    prefixes: 950,
    advertised: null,
  } as const
  it.each([
    ['Standard', 4, 4_000],
    ['ErGw1AZ', 4, 4_000],
    ['HighPerformance', 8, 9_500],
    ['ErGw2AZ', 8, 9_500],
    ['UltraPerformance', 16, 9_500],
    ['ErGw3AZ', 16, 9_500],
  ])('%s takes %d connections and %d prefixes', (sku, connections, prefixes) => {
    expect(compareGatewayLimits({ ...er, sku })).toMatchObject([
      { name: 'connections', limit: connections, count: 3 },
      { name: 'learned_prefixes', limit: prefixes, count: 950 },
    ])
  })

  it.each([
    [1, 4],
    [2, 8],
    [9, 8],
    [10, 16],
    [40, 16],
  ])('of %d scale units takes %d connections', (units, limit) => {
    const limits = compareGatewayLimits({ ...er, sku: 'ErGwScale', units })
    expect(limits).toMatchObject([
      { name: 'connections', limit },
      { name: 'learned_prefixes', limit: 60_000 },
    ])
    expect(limits[0]).not.toHaveProperty('limitAtMost')
  })

  it('holds at the units in use, and names what the most take', () => {
    const [connections] = compareGatewayLimits({ ...er, sku: 'ErGwScale', units: 2, mostUnits: 40 })
    expect(connections).toMatchObject({ limit: 8, limitAtMost: 16, note: 'At 2 scale units; 16 at 40, its most.' })
  })

  it.each([
    ['Basic', 10],
    ['VpnGw2AZ', 30],
    ['VpnGw5', 100],
  ])('%s takes %d tunnels', (sku, limit) => {
    expect(compareGatewayLimits({ ...er, kind: 'vpn', sku })).toMatchObject([
      { name: 'connections', limit },
      { name: 'learned_prefixes', limit: 4_000, count: 950 },
    ])
    expect(compareGatewayLimits({ ...er, kind: 'vpn', sku, prefixes: null })).toHaveLength(1)
  })

  it('takes four circuits of one location: the fullest is named', () => {
    const [, location] = compareGatewayLimits({ ...er, sku: 'ErGw2AZ', locations: ['London', 'Paris', 'London'] })
    expect(location).toMatchObject({ name: 'circuits_in_location', limit: 4, count: 2, share: 0.5 })
    expect(location?.note).toBe('In London; fewer or as many in 1 other location.')
  })

  it('of an SKU that nobody documents has no limits', () => {
    expect(compareGatewayLimits({ ...er, sku: 'ErGw9' })).toEqual([])
    expect(compareGatewayLimits({ ...er, sku: null })).toEqual([])
    expect(compareGatewayLimits({ ...er, sku: 'ErGwScale' })).toEqual([])
    expect(compareGatewayLimits({ ...er, sku: 'ErGw1AZ', prefixes: null })).toHaveLength(1)
    const announced = compareGatewayLimits({ ...er, sku: 'ErGw1AZ', advertised: 250 })
    expect(announced.at(-1)).toMatchObject({ name: 'advertised_prefixes', limit: 1_000, count: 250, share: 0.25 })
  })
})

describe('the gateway of a hub', () => {
  const locations = ['London', 'Paris', 'London']

  it('for ExpressRoute takes 8 circuits, 4 of one location, and 1,000 prefixes over a connection', () => {
    expect(compareHubGatewayLimits({ isVpn: false, connections: 3, locations, advertised: 250 })).toMatchObject([
      { name: 'connections', limit: 8, count: 3 },
      { name: 'circuits_in_location', limit: 4, count: 2, note: 'In London; fewer or as many in 1 other location.' },
      { name: 'advertised_prefixes', limit: 1_000, count: 250, share: 0.25 },
    ])
  })

  it('for VPN takes 1,000 connections', () => {
    expect(compareHubGatewayLimits({ isVpn: true, connections: 250, locations: [], advertised: null })).toMatchObject([
      { name: 'connections', limit: 1_000, count: 250, share: 0.25 },
    ])
  })

  it('has no row of prefixes that nobody counted, nor of prefixes that it learns, for which Azure names no number', () => {
    const limits = compareHubGatewayLimits({ isVpn: false, connections: 0, locations: [], advertised: null })
    expect(limits.map(({ name }) => name)).toEqual(['connections'])
  })
})

it.each<[devices: number | null, units: number | null, limits: (number | null)[]]>([
  [400, 1, [500]],
  [400, 3, [500]],
  [400, 4, [1_000]],
  [400, 10, [5_000]],
  [400, 20, [10_000]],
  [400, 100, [50_000]],
  [0, 200, [100_000]],
  [null, 4, []],
  [400, null, []],
])('%s devices of VPN users on %s scale units', (devices, units, limits) => {
  expect(compareUserVpnLimits('users-west', devices, units).map(({ limit }) => limit)).toEqual(limits)
})

it.each<[sku: string | null, users: [protocol: string, connections: number][], row: (number | string)[] | null]>([
  [
    'VpnGw1',
    [
      ['OpenVPN', 100],
      ['IKEv2', 50.5],
    ],
    [250, 151, 'Connections by IKEv2 and OpenVPN, from Azure Monitor.'],
  ],
  [
    'VpnGw2AZ',
    [
      ['IKEv2', 10],
      ['SSTP', 64],
    ],
    [128, 64, 'Connections by SSTP, from Azure Monitor.'],
  ],
  ['VpnGw3', [['OpenVPN', 0]], [1_000, 0, 'Connections by IKEv2 and OpenVPN, from Azure Monitor.']],
  ['VpnGw4AZ', [['OpenVPN', 1]], [5_000, 1, 'Connections by IKEv2 and OpenVPN, from Azure Monitor.']],
  ['VpnGw5', [['OpenVPN', 1]], [10_000, 1, 'Connections by IKEv2 and OpenVPN, from Azure Monitor.']],
  ['Basic', [['Sstp', 3]], [128, 3, 'Connections by SSTP, from Azure Monitor.']],
  ['Standard', [['SSTP', 3]], null],
  [null, [['SSTP', 3]], null],
  ['VpnGw1', [], null],
])('connections of VPN users on SKU %s: %j', (sku, users, row) => {
  const limits = compareGatewayLimits({
    kind: 'vpn',
    sku,
    units: null,
    connections: 1,
    locations: [],
    prefixes: null,
    advertised: null,
    users: users.map(([protocol, connections]) => ({ protocol, connections })),
  })
  const own = limits.filter(({ name }) => name === 'user_vpn_clients')
  expect(own.map(({ limit, count, note }) => [limit, count, note])).toEqual(row === null ? [] : [row])
})

it('the BGP peer of a hub with the most prefixes counts, at least if other tables were not read', () => {
  const [a, b] = [
    { name: 'nva-a', prefixes: 10 },
    { name: 'nva-b', prefixes: 3_000 },
  ]
  expect(compareHubPeerLimits([a, b])).toEqual([
    expect.objectContaining({ name: 'hub_peer_prefixes', limit: 4_000, count: 3_000, note: 'Announced by nva-b.' }),
  ])
  expect(compareHubPeerLimits([a, b])[0]?.isAtLeast).toBeUndefined()
  expect(compareHubPeerLimits([a, { name: 'nva-b', prefixes: null }])).toMatchObject([{ count: 10, isAtLeast: true }])
  expect(compareHubPeerLimits([{ name: 'nva-a', prefixes: null }])).toEqual([])
  expect(compareHubPeerLimits([])).toEqual([])
})
