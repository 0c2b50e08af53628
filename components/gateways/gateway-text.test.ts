import { expect, it } from 'vitest'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { countConnections } from './gateway-text.ts'

const own = [{}, {}] as Gateway['connections']

it.each<[string, Pick<Gateway, 'kind' | 'hub' | 'connections'>, number | null]>([
  ['its own', { kind: 'expressRoute', hub: null, connections: own }, 2],
  ['those that its hub lists', { kind: 'vwan', hub: { id: 'h1', name: 'vhub', connections: 1 }, connections: [] }, 1],
  ['unknown without its hub', { kind: 'vwan', hub: null, connections: [] }, null],
])('the connections of a gateway are %s', (_, gateway, number) => {
  expect(countConnections(gateway)).toBe(number)
})
