import { expect, it } from 'vitest'
import { selectBestRoutes, type RouteRankingTopology } from './best-routes.ts'
import type { GatewayRouteTableRow } from './route.ts'

const [LON, AMS, SIBLING] = ['10.0.4.4', '10.0.4.6', '10.0.4.13'] as const
const mapping = { gateway: 'gw', path: 'primary', confidence: 'certain' } as const
const topology: RouteRankingTopology = {
  gateways: [],
  mappings: [
    { ...mapping, neighbor: LON, circuit: 'lon' },
    { ...mapping, neighbor: AMS, circuit: 'ams' },
  ],
  connections: [
    { scope: 'gw-lon', gateway: 'gw', circuit: 'lon', weight: 10 },
    { scope: 'gw-ams', gateway: 'gw', circuit: 'ams', weight: 0 },
  ],
}
const route = (peer: string, nextHop: string): GatewayRouteTableRow => ({
  prefix: '10.1.0.0/16',
  gateway: 'gw',
  instance: '10.0.4.12',
  peer,
  nextHop,
  asPath: [12076, 65001],
  origin: 'EBgp',
  weight: 32769,
  localPref: null,
})

it('a route that the sibling instance reported has the connection weight of its next hop', () => {
  const bySibling = route(SIBLING, LON)
  expect(selectBestRoutes([route(AMS, AMS), bySibling], topology)).toEqual([bySibling])
})

it('a connection of another gateway gives no weight', () => {
  const elsewhere = (topology.connections ?? []).map((one) => ({ ...one, gateway: 'other' }))
  const routes = [route(AMS, AMS), route(LON, LON)]
  expect(selectBestRoutes(routes, { ...topology, connections: elsewhere })).toHaveLength(2)
})

it('no routes have no best one', () => {
  expect(selectBestRoutes([], topology)).toEqual([])
})
