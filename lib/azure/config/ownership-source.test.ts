import { expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { findOwnershipSource } from './ownership-source.ts'

const at = (place: string) => `/subscriptions/s/resourcegroups/rg/providers/microsoft.network/${place}`
const listed = (type: string, place: string, properties: object = {}) => ({
  type,
  armKey: at(place),
  config: { properties },
})

const circuit = listed(armTypes.circuit, 'expressroutecircuits/ckt')
const network = listed(armTypes.virtualNetwork, 'virtualnetworks/spoke')
const hub = listed(armTypes.virtualHub, 'virtualhubs/hub')
const connectionOf = (name: string, to: string) =>
  listed(armTypes.hubNetworkConnection, `virtualhubs/hub/hubvirtualnetworkconnections/${name}`, {
    remoteVirtualNetwork: { id: at(to) },
  })
const toSpoke = connectionOf('to-spoke', 'virtualNetworks/Spoke')
const toUnknown = connectionOf('to-unknown', 'virtualnetworks/elsewhere')
const applianceIn = (name: string) =>
  listed(armTypes.hubBgpConnection, 'virtualhubs/hub/bgpconnections/nva', {
    hubVirtualNetworkConnection: { id: `${hub.armKey}/hubVirtualNetworkConnections/${name}` },
  })
const byKey = new Map([circuit, network, hub, toSpoke, toUnknown].map((one) => [one.armKey, one]))

it.each([
  [
    'a connection its circuit',
    listed(armTypes.connection, 'connections/c', { peer: { id: at('expressRouteCircuits/CKT') } }),
    circuit,
  ],
  ['a network’s connection to a hub the network', toSpoke, network],
  ['one to a network that is not known the hub', toUnknown, hub],
  ['an appliance the network that it stands in', applianceIn('To-Spoke'), network],
  ['an appliance in a network that is not known the hub', applianceIn('to-unknown'), hub],
  [
    'a Route Server’s peer the Route Server',
    listed(armTypes.hubBgpConnection, 'virtualhubs/hub/bgpconnections/p'),
    hub,
  ],
  ['a route table the hub', listed(armTypes.hubRouteTable, 'virtualhubs/hub/hubroutetables/rt'), hub],
  ['a gateway itself', network, network],
])('of %s decides', (_, resource, decides) => {
  expect(findOwnershipSource(resource, byKey)).toBe(decides)
})
