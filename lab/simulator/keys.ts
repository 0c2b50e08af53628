/** Names of what can fail or carry bytes, as flat text: what effects, sessions and counters are keyed by. */
import type { PathName, PeeringType } from './vocabulary.ts'

/** The session and link between a CE and an MSEE. */
export const edgeKey = (circuit: string, peering: PeeringType, path: PathName): string =>
  `${circuit}/${peering}/${path}`
/** The session between a gateway instance and a neighbour. */
export const peerKey = (gateway: string, instance: string, neighbor: string): string =>
  `${gateway}/${instance}~${neighbor}`
/** What a site's device announces over a VPN connection. */
export const vpnKey = (connection: string): string => `vpn/${connection}`

/** The IPsec tunnel between a gateway instance and the device of a connection. */
export const tunnelKey = (connection: string, instance: string): string => `tunnel/${connection}/${instance}`

/** What connects a hub to something: a circuit, a VPN site or a BGP peer. */
export const hubKey = (hub: string, connection: string): string => `hub/${hub}/${connection}`

/** The light of one direction of a link of a port. */
export const lightKey = (port: string, link: string, signal: string): string => `${port}/${link}/${signal}`

/** What Azure drops at a circuit beyond its bandwidth. */
export const dropKey = (circuit: string, direction: Direction): string => `drop/${circuit}/${direction}`

/** The virtual machine of a network interface. */
export const machineKey = (networkInterface: string): string => `machine/${networkInterface}`

/** The BGP connection of a Route Server. */
export const routeServerKey = (server: string, peer: string): string => `${server}/peer/${peer}`

export const reachKey = (name: string): string => `reach/${name}`

export type Direction = 'in' | 'out'
export const edgeCounter = (edge: string, direction: Direction): string => `edge:${edge}/${direction}`
export const connectionCounter = (name: string, direction: Direction): string => `connection:${name}/${direction}`
export const tunnelCounter = (connection: string, instance: string, direction: Direction): string =>
  `${tunnelKey(connection, instance)}/${direction}`
export const instanceCounter = (gateway: string, address: string, direction: Direction): string =>
  `instance:${gateway}/${address}/${direction}`
export const isInstanceCounter = (counter: string): boolean => counter.startsWith('instance:')
