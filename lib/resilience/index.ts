export { type LinkFacts, networkFindings, type NetworkFacts, type OnPremFacts } from './network-findings.ts'
export { circuitLimits, gatewayLimits } from './azure-limits.ts'
export { bestPath, type Lookup, lookup, type Rib, ribOf } from './best-path.ts'
