export { interfaceRoutes } from './network-interfaces.ts'
export { gatewaySubnets, listNetworks, overlapsAt, readNetworks } from './networks.ts'
export { getProbes, probesBetween } from './probes.ts'
