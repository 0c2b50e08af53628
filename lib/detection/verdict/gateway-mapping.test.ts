import { expect, it } from 'vitest'
import { type ConnectedCircuit, mapGatewayNeighbors, type ReportedRouteForMapping } from './gateway-mapping.ts'

const table = (
  path: 'primary' | 'secondary',
  prefix: string,
  fields: Partial<ReportedRouteForMapping> = {},
): ReportedRouteForMapping => ({
  scope: 'lon',
  kind: 'tables',
  peering: 'AzurePrivatePeering',
  path,
  peer: null,
  prefix,
  asPath: [65001],
  ...fields,
})
const learned = (peer: string, prefix: string): ReportedRouteForMapping => ({
  scope: 'gw',
  kind: 'learned',
  peering: null,
  path: null,
  peer,
  prefix,
  asPath: [12076, 65001],
})
const lon: ConnectedCircuit = { id: 'lon', peering: 'azureprivatepeering', paths: ['primary', 'secondary'] }
const gateway = { id: 'gw', neighbors: ['10.0.4.4', '10.0.4.5'], circuits: [lon] }
const routes = [learned('10.0.4.4', '10.2.0.0/16'), learned('10.0.4.5', '10.1.0.0/16')]

it('maps each neighbor by what it and the customer’s router announced, the peering in any case', () => {
  const reported = [
    ...routes,
    table('primary', '10.1.0.0/16'),
    table('secondary', '10.2.0.0/16'),
    // Azure's own routes and routes of another peering are not evidence
    table('primary', '10.2.0.0/16', { asPath: [65515] }),
    table('primary', '10.2.0.0/16', { peering: 'MicrosoftPeering' }),
    table('primary', '10.2.0.0/16', { kind: 'advertised' }),
    table('primary', '10.2.0.0/16', { peering: null }),
    { ...learned('10.0.4.5', '10.2.0.0/16'), kind: 'advertised' },
  ]
  expect([...mapGatewayNeighbors(gateway, reported, [])]).toEqual([
    ['10.0.4.4', { circuitId: 'lon', path: 'secondary', confidence: 'certain' }],
    ['10.0.4.5', { circuitId: 'lon', path: 'primary', confidence: 'certain' }],
  ])
})

it('takes an operator’s word before that', () => {
  const declared = [
    { id: 'm', gateway: 'gw', neighbor: '10.0.4.4', circuit: 'lon', path: 'primary' as const, note: '' },
    { id: 'n', gateway: 'other', neighbor: '10.0.4.5', circuit: 'lon', path: 'primary' as const, note: '' },
  ]
  const found = mapGatewayNeighbors(gateway, [...routes, table('primary', '10.2.0.0/16')], declared)
  expect(found.get('10.0.4.4')).toMatchObject({ path: 'primary', confidence: 'certain' })
  // a declaration for another gateway's neighbor does not affect this gateway
  expect(found.get('10.0.4.5')).toMatchObject({ path: 'secondary' })
})

it('reads nothing of what a gateway learned where no path announced anything: readers leave it out then', () => {
  expect(mapGatewayNeighbors(gateway, routes, [])).toEqual(mapGatewayNeighbors(gateway, [], []))
  expect(mapGatewayNeighbors(gateway, routes, []).size).toBe(2)
})
