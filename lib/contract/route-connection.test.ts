import { expect, it } from 'vitest'
import { armTypes } from './arm-types.ts'
import { findConnectionOfRoute, type RouteLearningGateway } from './route-connection.ts'

const lon = { circuit: 'lon', weight: 10 }
const ams = { circuit: 'ams', weight: 0 }
const [MSEE, SIBLING] = ['10.0.4.4', '10.0.4.13']
const gateway: RouteLearningGateway = {
  kind: 'expressRoute',
  type: armTypes.virtualNetworkGateway,
  links: [lon, ams],
  pathOf: (neighbor) => (neighbor === MSEE ? { circuit: 'lon', path: 'secondary' } : null),
}
const route = { peer: MSEE, nextHop: MSEE, asPath: [12076, 65001] }
const bySibling = { ...route, peer: SIBLING }
const byNobody = { ...route, peer: SIBLING, nextHop: SIBLING }

it.each([
  { name: 'a mapped neighbor', route, links: [lon, ams], behind: ['lon', 'secondary', 10] },
  {
    name: 'a row of the sibling instance: its next hop',
    route: bySibling,
    links: [lon, ams],
    behind: ['lon', 'secondary', 10],
  },
  { name: 'a neighbor that is not mapped', route: byNobody, links: [lon, ams], behind: [null, null, null] },
  { name: 'equal weights', route: byNobody, links: [ams, { ...lon, weight: 0 }], behind: [null, null, 0] },
  { name: 'the only connection', route: byNobody, links: [lon], behind: ['lon', null, 10] },
  { name: 'the only connection, mapped', route, links: [lon], behind: ['lon', 'secondary', 10] },
  { name: 'no connection', route: byNobody, links: [], behind: [null, null, null] },
])('behind a route: $name', ({ route: one, links, behind }) => {
  const { circuit, path, connectionWeight } = findConnectionOfRoute(one, { ...gateway, links })
  expect([circuit, path, connectionWeight]).toEqual(behind)
})

it.each([
  { kind: 'expressRoute', asPath: [65001], transport: 'er' },
  { kind: 'vpn', asPath: [12076], transport: 'vpn' },
  { kind: 'vwan', type: armTypes.vpnGateway, asPath: [65001], transport: 'vpn' },
  { kind: 'vwan', type: armTypes.expressRouteGateway, asPath: [65001], transport: 'er' },
  { kind: 'routeServer', asPath: [65001], transport: 'nva' },
  { kind: 'routeServer', asPath: [12076, 65001], transport: 'er' },
  { kind: null, type: armTypes.hubBgpConnection, asPath: [65001], transport: 'nva' },
  { kind: null, asPath: [65001], transport: 'unknown' },
  { kind: null, asPath: [12076], transport: 'er' },
] as const)('$kind with the path $asPath is $transport', ({ transport, asPath, ...of }) => {
  expect(findConnectionOfRoute({ ...route, asPath: [...asPath] }, { ...gateway, ...of }).transport).toBe(transport)
})
