import { expect, it } from 'vitest'
import { compareLimitsOfGateway } from './gateway-limits.ts'

type Limited = Parameters<typeof compareLimitsOfGateway>[0]

const NETWORK = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'
const gateway = (own: Partial<Limited>): Limited => ({
  kind: 'expressRoute',
  sku: { name: 'ErGw1AZ', tier: null, capacity: null },
  scaleUnits: null,
  connections: [],
  hub: null,
  resourceId: `${NETWORK}/virtualNetworkGateways/ergw`,
  ...own,
})
const inHub = (type: string, hub: Limited['hub']) =>
  gateway({ kind: 'vwan', hub, resourceId: `${NETWORK}/${type}/gw`, sku: { name: null, tier: null, capacity: null } })
const hub = { id: 'vhub', name: 'vhub', connections: 3 }

it.each<[string, Limited, [name: string, limit: number, count: number][]]>([
  [
    'of a virtual network',
    gateway({}),
    [
      ['connections', 4, 0],
      ['circuits_in_location', 4, 2],
      ['advertised_prefixes', 1_000, 7],
    ],
  ],
  [
    'of a hub',
    inHub('expressRouteGateways', hub),
    [
      ['connections', 8, 3],
      ['circuits_in_location', 4, 2],
      ['advertised_prefixes', 1_000, 7],
    ],
  ],
  ['of a hub for VPN', inHub('vpnGateways', hub), [['connections', 1_000, 3]]],
  ['of a hub that was not read', inHub('expressRouteGateways', null), []],
  ['that is a Route Server', gateway({ kind: 'routeServer' }), []],
])('the limits of a gateway %s', (_, own, expected) => {
  const limits = compareLimitsOfGateway(own, { locations: ['London', 'London'], advertised: 7 })
  expect(limits.map(({ name, limit, count }) => [name, limit, count])).toEqual(expected)
})
