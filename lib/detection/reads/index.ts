export { type GroupPoll, getRouteSnapshotTime } from './group-poll.ts'
export { getExtraScopes, hasReadCurrentRoutes, MAX_READ_PLAN_ROUNDS, planGroupReads } from './reads-for.ts'
export { planProbedScopeReads } from './probed.ts'
export {
  type ReadAnswers,
  formatReadKey,
  type ReadKind,
  type ReadKinds,
  type ReadOfKind,
  type ReadPlan,
} from './read.ts'
export { planBaselineReads } from './traffic.ts'
