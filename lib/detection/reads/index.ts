export { type GroupPoll, snapshotAtIn } from './group-poll.ts'
export { sharedScopes } from './other-groups.ts'
export { probedFor } from './probed.ts'
export {
  type Answers,
  keyOf,
  type DetectionRead,
  type ReadKind,
  type ReadKinds,
  type ReadOf,
  type ReadPlan,
} from './read.ts'
export { bringsRoutes, MOST_ROUNDS, readsFor } from './reads-for.ts'
export { baselineFor } from './traffic.ts'
