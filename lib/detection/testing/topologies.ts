import { type CircuitNode, EMPTY_TOPOLOGY, type CircuitPeeringNode, type GroupTopology } from '../model/topology.ts'

export const TEST_CIRCUIT_SCOPE = 'ckt-lon'
export const TEST_GATEWAY_SCOPE = 'gw-hub'

/** Returns a circuit of 1 Gbit/s in London, at an exchange provider, with these peerings. */
export const circuitNode = (...peerings: CircuitPeeringNode[]): CircuitNode => ({
  scope: TEST_CIRCUIT_SCOPE,
  name: TEST_CIRCUIT_SCOPE,
  provider: 'ProvA',
  location: 'London',
  connectivity: 'exchange',
  bandwidthBps: 1e9,
  premium: false,
  backedUp: null,
  peerings,
})

/**
 * A topology with a 1 Gbit/s circuit that has private peering over IPv4 and IPv6, and a gateway that is connected to
 * it.
 */
export const testDualStackTopology: GroupTopology = {
  ...EMPTY_TOPOLOGY,
  circuits: [
    circuitNode({
      name: 'AzurePrivatePeering',
      intent: { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled' },
      customers: { primary: '192.0.2.1', secondary: '192.0.2.5' },
      secondFamily: { primary: 'fd00::1', secondary: 'fd00::5' },
    }),
  ],
  gateways: [
    {
      scope: TEST_GATEWAY_SCOPE,
      name: TEST_GATEWAY_SCOPE,
      kind: 'expressRoute',
      provisioningState: null,
      circuits: [TEST_CIRCUIT_SCOPE],
    },
  ],
}
