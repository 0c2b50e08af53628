import { expect, it } from 'vitest'
import { EMPTY_TOPOLOGY } from '#lib/detection/index.ts'
import { findNeededResources } from './needed-scopes.ts'

const gateway = (scope: string, circuits: string[]) => ({
  scope,
  name: scope,
  kind: 'expressRoute' as const,
  provisioningState: 'Succeeded',
  circuits,
})
const connection = (scope: string, at: string, circuit: string) => ({ scope, gateway: at, circuit, weight: 0 })
const mapping = {
  gateway: 'gw',
  neighbor: '10.0.4.4',
  circuit: 'a',
  path: 'primary' as const,
  confidence: 'inferred' as const,
}
const topology = {
  ...EMPTY_TOPOLOGY,
  gateways: [gateway('gw', ['a', 'b']), gateway('other', ['a']), gateway('far', ['b'])],
  connections: [connection('gw-a', 'gw', 'a'), connection('other-a', 'other', 'a'), connection('gw-b', 'gw', 'b')],
  mappings: [mapping],
}
const needed = (scope: string, subject = '') => findNeededResources([{ scope, subject }], topology).toSorted()

it('a circuit needs both its gateways and the connections between', () =>
  expect(needed('a', 'AzurePrivatePeering/primary')).toEqual(['a', 'gw', 'gw-a', 'other', 'other-a']))

it('a session of a gateway needs the circuit that its neighbor is mapped to, with all its ends', () =>
  expect(needed('gw', '10.0.4.12~10.0.4.4')).toEqual(['a', 'gw', 'gw-a', 'other', 'other-a']))

it('a session that is mapped to none needs every circuit of the gateway', () =>
  expect(needed('gw', '10.0.4.12~10.0.4.5')).toEqual(['a', 'b', 'far', 'gw', 'gw-a', 'gw-b', 'other', 'other-a']))

it('a connection needs its circuit, as every end of that does', () =>
  expect(needed('other-a')).toEqual(['a', 'gw', 'gw-a', 'other', 'other-a']))

it('what is connected to nothing needs itself', () => expect(needed('alone')).toEqual(['alone']))
