import { describe, expect, it } from 'vitest'
import { type ConnectedCircuit, mapGatewayNeighbors, type ReportedRouteForMapping } from './gateway-mapping.ts'

const NOW = 1_000 * 60_000

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
  expect([...mapGatewayNeighbors(gateway, reported, [], NOW)]).toEqual([
    ['10.0.4.4', { circuitId: 'lon', path: 'secondary', confidence: 'certain' }],
    ['10.0.4.5', { circuitId: 'lon', path: 'primary', confidence: 'certain' }],
  ])
})

it('takes an operator’s word before that', () => {
  const declared = [
    { id: 'm', gateway: 'gw', neighbor: '10.0.4.4', circuit: 'lon', path: 'primary' as const, note: '' },
    { id: 'n', gateway: 'other', neighbor: '10.0.4.5', circuit: 'lon', path: 'primary' as const, note: '' },
  ]
  const found = mapGatewayNeighbors(gateway, [...routes, table('primary', '10.2.0.0/16')], declared, NOW)
  expect(found.get('10.0.4.4')).toMatchObject({ path: 'primary', confidence: 'certain' })
  // a declaration for another gateway's neighbor does not affect this gateway
  expect(found.get('10.0.4.5')).toMatchObject({ path: 'secondary' })
})

it('reads nothing of what a gateway learned where no path announced anything: readers leave it out then', () => {
  expect(mapGatewayNeighbors(gateway, routes, [], NOW)).toEqual(mapGatewayNeighbors(gateway, [], [], NOW))
  expect(mapGatewayNeighbors(gateway, routes, [], NOW).size).toBe(2)
})

describe('a prefix that only one table had, and only briefly', () => {
  const ams: ConnectedCircuit = { ...lon, id: 'ams' }
  const two = { ...gateway, neighbors: ['10.0.4.4', '10.0.4.5', '10.0.4.6'], circuits: [lon, ams] }
  const both = ['primary', 'secondary'] as const
  const common = ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16']
  const known = common.flatMap((prefix) => [
    ...both.map((path) => table(path, prefix)),
    ...['10.0.4.4', '10.0.4.5'].map((peer) => learned(peer, prefix)),
  ])
  const ofAms = both.map((path) => table(path, '10.9.0.0/16', { scope: 'ams' }))
  const others = [...ofAms, learned('10.0.4.6', '10.9.0.0/16')]
  const pathsOf = (brief: ReportedRouteForMapping[], of = [...known, ...others]) =>
    Object.fromEntries(
      [...mapGatewayNeighbors(two, [...of, ...brief], [], NOW)].map(([peer, one]) => [
        peer,
        `${one.circuitId} ${one.path}`,
      ]),
    )
  const expected = { '10.0.4.4': 'lon primary', '10.0.4.5': 'lon secondary', '10.0.4.6': 'ams primary' }
  const since = NOW - 3 * 60_000

  it.each<[string, ReportedRouteForMapping[]]>([
    ['that both neighbors announce first', [learned('10.0.4.4', '10.9.5.0/24'), learned('10.0.4.5', '10.9.5.0/24')]],
    ['that one neighbor announces first', [learned('10.0.4.4', '10.9.5.0/24')]],
    ['that the circuit reports first', both.map((path) => table(path, '10.9.5.0/24'))],
    ['of another circuit', [learned('10.0.4.4', '10.9.0.0/16'), learned('10.0.4.5', '10.9.0.0/16')]],
  ])('%s does not hide the circuit', (_, routes) => {
    expect(pathsOf(routes.map((one) => ({ ...one, since })))).toEqual(expected)
    // the circuit's table was never polled in this time
    const past = routes.map((one) => ({ ...one, since: since - 9 * 3_600_000, until: NOW - 9 * 3_600_000 }))
    expect(pathsOf(past)).toEqual(expected)
  })

  it('counts once it lasts, because polls of the other table would show it', () => {
    const lasting = ['10.0.4.4', '10.0.4.5'].map((peer) => ({
      ...learned(peer, '10.9.5.0/24'),
      since: NOW - 3_600_000,
    }))
    expect(pathsOf(lasting)).toEqual({ '10.0.4.6': 'ams primary' })
  })

  it('is not left out for a neighbor that has nothing older', () => {
    const routes = ['10.1.0.0/16', '10.9.0.0/16'].map((prefix) => ({ ...learned('10.0.4.4', prefix), since }))
    expect(pathsOf(routes, others)).toEqual({ '10.0.4.6': 'ams primary' })
  })

  it('does not take a path from the neighbor that has exactly its prefixes', () => {
    const rival = [...common, '10.9.5.0/24'].map((prefix, n) => ({
      ...learned('10.0.4.6', prefix),
      ...(n === 3 && { since }),
    }))
    expect(pathsOf(rival, [...known, ...ofAms])).toEqual({ '10.0.4.4': 'lon primary', '10.0.4.5': 'lon secondary' })
  })
})
