
export { checkPosture, type FoundCheck, worstFirst } from './checks/index.ts'
export type { CircuitFacts, GatewayFacts, PostureFacts, NetworkFacts as PostureNetwork } from './checks/facts.ts'
export { geopoliticalOfLocation, geopoliticalOfRegion } from './checks/geopolitical.ts'
export * from './drills/index.ts'
export { type CarriedPrefix, intentsOf } from './intents.ts'
export { type ReturnPaths, returnPathsOf } from './return-paths.ts'
export { isPrivateAddress } from './checks/routing.ts'

export * from './lifecycle/index.ts'
export * from './what-if/index.ts'
