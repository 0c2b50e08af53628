import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusedByAzure } from './acceptance.ts'
import { startSimulator } from './http/server.ts'
import { loadSimulatorScenario, parseSimulatorScenario, ScenarioError } from './scenario.ts'
import { scenariosByTopology } from './scenarios/catalogue/topologies.ts'
import { createEstateWithManyGateways } from './scenarios/many.ts'
import { oneCircuitScenario } from './scenarios/pair.ts'
import type { ScenarioInput } from './schema.ts'

type Only<Name extends 'circuits' | 'gateways' | 'connections' | 'vnets'> = NonNullable<ScenarioInput[Name]>[number]
const [circuit] = oneCircuitScenario.circuits ?? []
const [gateway] = oneCircuitScenario.gateways ?? []
const [connection] = oneCircuitScenario.connections ?? []
const [vnet] = oneCircuitScenario.vnets ?? []
if (!circuit || !gateway || !connection || !vnet) throw new Error('the pair lacks a part')
const [peering] = circuit.peerings
if (!peering) throw new Error('the circuit lacks its peering')

const faultsOf = (changes: Partial<ScenarioInput>) =>
  refusedByAzure(parseSimulatorScenario({ ...oneCircuitScenario, ...changes }))
const withCircuit = (changes: Partial<Only<'circuits'>>, also: Partial<ScenarioInput> = {}) =>
  faultsOf({ circuits: [{ ...circuit, ...changes }], ...also })
const withSubnet = (prefix: string) => faultsOf({ vnets: [{ ...vnet, subnets: [{ name: 'GatewaySubnet', prefix }] }] })
const withFastPath = (sku: string, scaleUnits?: number) =>
  faultsOf({
    gateways: [{ ...gateway, sku, ...(scaleUnits === undefined ? {} : { scaleUnits }) }],
    connections: [{ ...connection, fastPath: true }],
  })
const microsoft = (peerAsn: number, more: object = {}): Only<'circuits'>['peerings'][number] => ({
  type: 'MicrosoftPeering',
  vlan: 101,
  peerAsn,
  primary: '203.0.113.0/30',
  secondary: '203.0.113.4/30',
  microsoft: { advertised: ['198.51.100.0/24'], ...more },
})
const withFilter = (tier: 'Standard' | 'Premium' | 'Local', community: string) =>
  withCircuit(
    { tier, peerings: [peering, microsoft(100, { routeFilter: 'rf' })] },
    { routeFilters: [{ name: 'rf', group: 'rg-pair', rules: [{ name: 'a', communities: [community] }] }] },
  )

describe('Azure would refuse', () => {
  const cases: [string, string[], RegExp][] = [
    ['FastPath on ErGw1AZ', withFastPath('ErGw1AZ'), /^connections\[0\]\.fastPath: .* take UltraPerformance, ErGw3AZ or/],
    ['FastPath on ErGw2AZ', withFastPath('ErGw2AZ'), /"gw-pair" is ErGw2AZ/],
    ['FastPath on a scalable gateway of unknown size', withFastPath('ErGwScale'), /scaleUnits of 10 or more/],
    ['FastPath on a scalable gateway of 9 units', withFastPath('ErGwScale', 9), /scaleUnits of 10 or more/],
    ['Exchange on a Standard circuit', withFilter('Standard', '12076:5010'), /Microsoft 365 \(12076:5010\).* make it Premium/],
    ['SharePoint on a Local circuit', withFilter('Local', '12076:5020'), /is Local: make it Premium/],
    ['a private ASN on Microsoft peering', withCircuit({ peerings: [microsoft(65001)] }), /65001 is private: take a public/],
    ['a private 32-bit ASN there', withCircuit({ peerings: [microsoft(4_200_000_000)] }), /is private/],
    ['no GatewaySubnet', faultsOf({ vnets: [{ ...vnet, subnets: [] }] }), /add a GatewaySubnet of \/27 or larger/],
    ['a GatewaySubnet of /28', withSubnet('10.0.4.0/28'), /too small for 1 circuits: take \/27 or larger/],
    ['a GatewaySubnet outside the VNet', withSubnet('10.9.0.0/26'), /outside the address space/],
    ['equal subnets on both paths', withCircuit({ peerings: [{ ...peering, secondary: '192.0.2.0/30' }] }), /\.secondary: 192\.0\.2\.0\/30 overlaps 192\.0\.2\.0\/30 of circuits\[0\]\.peerings\[0\]\.primary/],
    ['a subnet of the VNet', withCircuit({ peerings: [{ ...peering, primary: '10.0.4.64/30' }] }), /overlaps 10\.0\.4\.0\/24 of "vnet-pair"/],
    ['a link of /29', withCircuit({ peerings: [{ ...peering, primary: '192.0.2.8/29' }] }), /is no \/30: take one/],
    ['an IPv6 link of /64', withCircuit({ peerings: [{ ...peering, ipv6: { primary: 'fd00::/64', secondary: 'fd00:1::/126' } }] }), /is no \/126/],
    ['IPv6 over a peering of IPv4', faultsOf({ sites: oneCircuitScenario.sites?.map((site) => ({ ...site, prefixes: [...site.prefixes, 'fd00:10::/32'] })) ?? [] }), /fd00:10::\/32 is IPv6, and AzurePrivatePeering of "erc-pair" has no ipv6: give it subnets/],
  ] // biome-ignore format: a table
  it.each(cases)('%s', (_, faults, line) => {
    expect(faults).toEqual([expect.stringMatching(line)])
  })
  it('two circuits of one gateway with the same subnets', () => {
    const second = {
      ...connection,
      name: 'cxn-2',
      circuit: 'erc-2',
      neighbors: { primary: '10.0.4.6', secondary: '10.0.4.7' },
    }
    const faults = faultsOf({ circuits: [circuit, { ...circuit, name: 'erc-2' }], connections: [connection, second] })
    expect(faults).toHaveLength(2)
    expect(faults[0]).toMatch(/^circuits\[1\]\.peerings\[0\]\.primary: .* of circuits\[0\]\.peerings\[0\]\.primary/)
  })
  it('a /27 for 16 circuits, which need a /26', () => {
    const estate = star(16)
    expect(refusedByAzure(parseSimulatorScenario(estate('10.0.4.0/27')))).toEqual([
      expect.stringMatching(/too small for 16 circuits: take \/26/),
    ])
    expect(refusedByAzure(parseSimulatorScenario(estate('10.0.4.0/26')))).toEqual([])
    expect(refusedByAzure(parseSimulatorScenario(star(15)('10.0.4.0/27')))).toEqual([])
  })
})

/** Returns a gateway with this many circuits. */
const star =
  (count: number) =>
  (subnet: string): ScenarioInput => ({
    ...oneCircuitScenario,
    sites: [],
    demands: [],
    vnets: [{ ...vnet, subnets: [{ name: 'GatewaySubnet', prefix: subnet }] }],
    circuits: Array.from({ length: count }, (_, n) => ({
      ...circuit,
      name: `erc-${n}`,
      peerings: [{ ...peering, primary: `192.0.2.${8 * n}/30`, secondary: `192.0.2.${8 * n + 4}/30` }],
    })),
    connections: Array.from({ length: count }, (_, n) => ({
      ...connection,
      name: `cxn-${n}`,
      circuit: `erc-${n}`,
      neighbors: { primary: `10.0.4.${100 + 2 * n}`, secondary: `10.0.4.${101 + 2 * n}` },
    })),
  })

describe('Azure would accept', () => {
  it.each([
    ['FastPath on UltraPerformance', withFastPath('UltraPerformance')],
    ['FastPath on ErGw3AZ', withFastPath('ErGw3AZ')],
    ['FastPath on a scalable gateway of 10 units', withFastPath('ErGwScale', 10)],
    ['Exchange on a Premium circuit', withFilter('Premium', '12076:5010')],
    ['a region on a Standard circuit', withFilter('Standard', '12076:51024')],
    ['a public ASN on Microsoft peering', withCircuit({ peerings: [peering, microsoft(100)] })],
    ['a private one that waits for validation', withCircuit({ peerings: [microsoft(65001, { advertisedState: 'ValidationNeeded' })] })],
  ])('%s', (_, faults) => expect(faults).toEqual([])) // biome-ignore format: a table
  it.each(['estate', 'pair', 'many:40'])('the built-in scenario %s', async (name) => {
    expect(refusedByAzure(await loadSimulatorScenario(name))).toEqual([])
  })
  it.each(Object.entries(scenariosByTopology))('the catalogue’s estate %s', (_, input) => {
    expect(refusedByAzure(parseSimulatorScenario(input))).toEqual([])
  })
  it('whatever is generated', () => {
    const size = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }), (gateways, prefixes, each) => {
        const scenario = parseSimulatorScenario(createEstateWithManyGateways(gateways, prefixes, 10, each))
        expect(scenario.circuits).toHaveLength(gateways * each)
        expect(refusedByAzure(scenario)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
})

it('serves no estate that Azure would refuse', async () => {
  const scenario = parseSimulatorScenario({ ...oneCircuitScenario, connections: [{ ...connection, fastPath: true }] })
  await expect(startSimulator({ scenario })).rejects.toThrow(ScenarioError)
})
