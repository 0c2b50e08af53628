export { behindRoute, type GatewayLink, type LearningGateway } from './behind-route.ts'
export { bestPath, type Lookup, lookup, type Rib, ribOf } from './best-path.ts'
export { type Candidate, type Ranked, type RuleName, type Transport } from './candidate.ts'
export { rankCandidates, rankMseeRoutes } from './rank-candidates.ts'
