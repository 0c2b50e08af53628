export { type GroupPollEvaluationInput, getRouteSnapshotTime } from './group-poll.ts'
export { getExtraResourceIds, hasReadCurrentRoutes, MAX_READ_PLAN_ROUNDS, planGroupReads } from './group-reads.ts'
export { planProbedResourceReads } from './probed-scopes.ts'
export {
  type DetectionReadResults,
  formatReadKey,
  type DetectionReadKind,
  type DetectionReadKinds,
  type DetectionReadOfKind,
  type DetectionReadPlan,
} from './read.ts'
export { planBaselineReads } from './traffic.ts'
