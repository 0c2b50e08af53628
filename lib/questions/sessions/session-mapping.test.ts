import { expect, it } from 'vitest'
import { findLearningNeighbors } from './session-mapping.ts'

const route = {
  scope: 'gw',
  instance: '10.0.4.12',
  peer: '10.0.4.4',
  nextHop: '10.0.4.4',
  origin: 'EBgp',
  asPath: [12076],
}
const neighborsOf = (...routes: Partial<typeof route>[]) =>
  [
    ...(findLearningNeighbors(
      [],
      routes.map((one) => ({ ...route, ...one })),
    ).get('gw') ?? []),
  ].toSorted()

it('counts the next hop of a route as a neighbor only if the peer is an instance of the gateway', () => {
  expect(neighborsOf({})).toEqual(['10.0.4.4'])
  expect(neighborsOf({ nextHop: 'fd00:0:a:4::4' })).toEqual(['10.0.4.4'])
  expect(neighborsOf({ instance: '10.0.4.13', peer: '10.0.4.13' }, { peer: '10.0.4.13', nextHop: '10.0.4.5' })).toEqual(
    ['10.0.4.4', '10.0.4.5'],
  )
  expect(neighborsOf({}, { peer: '10.0.4.12', nextHop: '10.0.4.6', origin: 'IBgp' })).toEqual(['10.0.4.4', '10.0.4.6'])
})
