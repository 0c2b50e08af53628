export { type GroupPoll, getRouteSnapshotTime } from './group-poll.ts'
export { getExtraScopes, hasReadCurrentRoutes, MAX_READ_PLAN_ROUNDS, planGroupReads } from './group-reads.ts'
export { planProbedScopeReads } from './probed-scopes.ts'
export {
  type DetectionReadAnswers,
  formatReadKey,
  type DetectionReadKind,
  type DetectionReadKinds,
  type DetectionReadOfKind,
  type DetectionReadPlan,
} from './read.ts'
export { planBaselineReads } from './traffic.ts'
