/**
 * The pair with a second circuit in another peering location, over which one of two prefixes is announced, and with a
 * finished failover test.
 */
import type { ScenarioInput } from '../schema.ts'
import { oneCircuitScenario } from './pair.ts'

const only = <T>([first]: readonly T[] = []): T => {
  if (first === undefined) throw new RangeError('the pair has one of each')
  return first
}
const circuit = only(oneCircuitScenario.circuits)
const connection = only(oneCircuitScenario.connections)

export const twoSites = {
  ...oneCircuitScenario,
  name: 'two-sites',
  gateways: [{ ...only(oneCircuitScenario.gateways), siteTests: [{ location: 'Amsterdam', at: '-3d', for: '30m' }] }],
  circuits: [
    circuit,
    {
      ...circuit,
      name: 'erc-london',
      peeringLocation: 'London',
      peerings: [{ vlan: 101, peerAsn: 65001, primary: '192.0.2.8/30', secondary: '192.0.2.12/30' }],
    },
  ],
  connections: [
    connection,
    {
      ...connection,
      name: 'cxn-london',
      circuit: 'erc-london',
      neighbors: { primary: '10.0.4.6', secondary: '10.0.4.7' },
    },
  ],
  sites: [
    {
      ...only(oneCircuitScenario.sites),
      announces: [{ circuit: 'erc-pair' }, { circuit: 'erc-london', prefixes: ['10.10.0.0/16'] }],
    },
  ],
} satisfies ScenarioInput
