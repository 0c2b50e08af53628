import { expect, it } from 'vitest'
import type { RouteEntry } from '#lib/detection/index.ts'
import { aloneGroup } from './topology-cache.ts'
import type { TopologyGroup } from './types.ts'
import { rankRoutes } from './rank-routes.ts'

const [LON, AMS, SIBLING] = ['10.0.4.4', '10.0.4.6', '10.0.4.13'] as const
const mapping = { gateway: 'gw', path: 'primary', confidence: 'certain' } as const
const alone = aloneGroup('gw')
const group: TopologyGroup = {
  ...alone,
  topology: {
    ...alone.topology,
    mappings: [
      { ...mapping, neighbor: LON, circuit: 'lon' },
      { ...mapping, neighbor: AMS, circuit: 'ams' },
    ],
  },
  links: new Map([
    [
      'gw',
      [
        { circuit: 'lon', weight: 10 },
        { circuit: 'ams', weight: 0 },
      ],
    ],
  ]),
}
const route = (peer: string, nextHop: string): RouteEntry => ({
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
  expect(rankRoutes([route(AMS, AMS), bySibling], group)).toEqual([bySibling])
})
