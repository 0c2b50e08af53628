import { expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { computeLightLevels } from './detection-store.ts'
import { groupConnectedResources } from './topology-groups.ts'

const level = (metric: string, link: string, lane: string, average: number | null, at = 1_000) => ({
  metric,
  average,
  dimensions: { link, lane },
  at,
})

it('is that of the weakest lane of each link and direction, and none where nothing was reported', () => {
  const metrics = [
    level('RxLightLevel', 'link1', '0', -4),
    level('RxLightLevel', 'link1', '1', -11.5),
    level('TxLightLevel', 'link1', '0', -2),
    level('RxLightLevel', 'link2', '0', null),
    level('PortBitsInPerSecond', 'link1', '0', 5),
  ]
  expect(computeLightLevels(metrics)).toEqual([
    { link: 'link1', direction: 'Rx', dbm: -11.5, at: 1_000 },
    { link: 'link1', direction: 'Tx', dbm: -2, at: 1_000 },
  ])
})

it('belongs to the circuits that are on a port', () => {
  const circuit = (id: string, properties: object) => ({
    id,
    resourceId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/${id}`,
    type: armTypes.circuit,
    name: id,
    config: { properties: { peerings: [], ...properties } },
    location: null,
  })
  const groups = groupConnectedResources([
    circuit('direct', { expressRoutePort: { id: '/port/1' } }),
    circuit('exchange', {}),
  ])
  expect(groups.flatMap(({ topology }) => topology.circuits.map(({ scope, port }) => [scope, port]))).toEqual([
    ['direct', '/port/1'],
    ['exchange', undefined],
  ])
})
