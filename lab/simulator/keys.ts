/** Keys of effects, sessions and counters. A key is a text that names a thing that can fail or carry traffic. */
import type { PathName, PeeringType } from './vocabulary.ts'

/** Returns the key of the session and link between a CE and an MSEE. */
export const edgeKey = (circuit: string, peering: PeeringType, path: PathName): string =>
  `${circuit}/${peering}/${path}`
/** Returns the key of the session between a gateway instance and a neighbor. */
export const peerKey = (gateway: string, instance: string, neighbor: string): string =>
  `${gateway}/${instance}~${neighbor}`
/** Returns the key of the announcements of a site's device over a VPN connection. */
export const vpnKey = (connection: string): string => `vpn/${connection}`

/** Returns the key of the IPsec tunnel between a gateway instance and the device of a connection. */
export const tunnelKey = (connection: string, instance: string): string => `tunnel/${connection}/${instance}`

/** Returns the key of a hub's connection to a circuit, a VPN site or a BGP peer. */
export const hubKey = (hub: string, connection: string): string => `hub/${hub}/${connection}`

/** Returns the key of the light of one direction of a port's link. */
export const formatOpticalPowerKey = (port: string, link: string, signal: string): string => `${port}/${link}/${signal}`

/** Returns the key of the traffic above a circuit's bandwidth that Azure drops. */
export const dropKey = (circuit: string, direction: TrafficDirectionName): string => `drop/${circuit}/${direction}`

/** Returns the key of the virtual machine of a network interface. */
export const machineKey = (networkInterface: string): string => `machine/${networkInterface}`

/** Returns the key of the BGP connection of a Route Server. */
export const routeServerKey = (server: string, peer: string): string => `${server}/peer/${peer}`

export const reachKey = (name: string): string => `reach/${name}`

export type TrafficDirectionName = 'in' | 'out'
export const edgeCounter = (edge: string, direction: TrafficDirectionName): string => `edge:${edge}/${direction}`
export const connectionCounter = (name: string, direction: TrafficDirectionName): string =>
  `connection:${name}/${direction}`
export const tunnelCounter = (connection: string, instance: string, direction: TrafficDirectionName): string =>
  `${tunnelKey(connection, instance)}/${direction}`
export const instanceCounter = (gateway: string, address: string, direction: TrafficDirectionName): string =>
  `instance:${gateway}/${address}/${direction}`
export const isInstanceCounter = (counter: string): boolean => counter.startsWith('instance:')
