export type { Candidate, Ranked, RoutingPreference, RuleName, Transport } from './candidate.ts'
export { rankCandidates, rankMseeRoutes } from './rank-candidates.ts'
