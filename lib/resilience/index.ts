export { fastPath, type FastPathFacts, fastPathLimit, fastPathUse } from './fast-path.ts'
export {
  circuitOverlaps,
  type LinkFacts,
  networkFindings,
  type NetworkFacts,
  type OnPremFacts,
} from './network-findings.ts'
export { circuitLimits, gatewayLimits, GATEWAYS as GATEWAY_LIMITS, SERVICE_LIMITS } from './azure-limits.ts'
export { bestPath, type Lookup, lookup, type Rib, ribOf } from './best-path.ts'
export {
  checkPosture,
  type CircuitFacts,
  type FoundCheck,
  type GatewayFacts,
  type PostureFacts,
  type PostureNetwork,
  worstFirst,
} from './checks/index.ts'
export { geopoliticalOfLocation, geopoliticalOfRegion } from './checks/geopolitical.ts'
export * from './drills/index.ts'
export { type CarriedPrefix, intentsOf } from './intents.ts'
export { type ReturnPaths, returnPathsOf } from './return-paths.ts'
export { isPrivateAddress } from './checks/routing.ts'
export { uncoveredSystemRoute } from './uncovered.ts'
export * from './lifecycle/index.ts'
export * from './what-if/index.ts'
