export { findInterfaceRoutes } from './network-interfaces.ts'
export { readGatewaySubnets, listNetworks, findOverlapsOfCircuit, readNetworks } from './networks.ts'
export { readMonitorTestsOfRequest, readProbesInPeriod } from './probes.ts'
