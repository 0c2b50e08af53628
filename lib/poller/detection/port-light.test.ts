import { describe, expect, it } from 'vitest'
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

describe('a LAG', () => {
  const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'
  const links = [{ name: 'link1', properties: { adminState: 'Enabled', members: [{ name: 'member1' }] } }]
  const lag = (circuits: readonly string[]) => ({
    id: 'lag',
    resourceId: `${group}/expressRouteLags/lag`,
    type: armTypes.lag,
    name: 'lag',
    config: { properties: { links, circuits: circuits.map((id) => ({ id: `${group}/expressRouteCircuits/${id}` })) } },
    location: null,
  })
  const circuit = {
    id: 'direct',
    resourceId: `${group}/expressRouteCircuits/direct`,
    type: armTypes.circuit,
    name: 'direct',
    config: { properties: { peerings: [], expressRouteLag: { id: lag([]).resourceId.toUpperCase() } } },
    location: null,
  }
  it.each<[string, Parameters<typeof groupConnectedResources>[0], [string[], (boolean | undefined)[]][]]>([
    ['without circuits is a group of its own', [lag([])], [[['lag'], [true]]]],
    ['of whose circuits none is listed is in use', [lag(['direct'])], [[['lag'], [undefined]]]],
    ['belongs to the group of its circuit', [lag(['direct']), circuit], [[['direct', 'lag'], [undefined]]]],
    ['that Azure does not yet report as used, too', [lag([]), circuit], [[['direct', 'lag'], [undefined]]]],
  ])('%s', (_, resources, expected) => {
    const groups = groupConnectedResources(resources)
    expect(groups.map(({ scopes, topology }) => [scopes, topology.lags?.map(({ isUnused }) => isUnused)])).toEqual(
      expected,
    )
    expect(groups.map(({ subscriptions }) => subscriptions)).toEqual([['s']])
  })
})
