export type { Candidate, Ranked, RoutingPreference, RuleName, Transport } from './candidate.ts'
export { bestToPrefix } from './best-to-prefix.ts'
export { isOwnSpace } from './gateway-rules.ts'
export { rankCandidates, rankMseeRoutes } from './rank-candidates.ts'
