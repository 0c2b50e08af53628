export { findInterfaceRoutes } from './network-interfaces.ts'
export { readGatewaySubnets, listNetworks, findOverlapsOfCircuit, readNetworks } from './networks.ts'
export { getProbes, readProbesInPeriod } from './probes.ts'
