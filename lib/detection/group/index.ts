export { isProofPending } from './correlate/explain-incident.ts'
export type { Probed } from './facts/apply-probes.ts'
export { type FoldedGroup, foldGroup } from './fold-group.ts'
export type { GroupInput } from './input.ts'
export {
  asnsOf,
  type Compared,
  compareTables,
  DIFFERENCES_KEPT,
  originOf,
  type Sides,
  sidesOf,
  type TableComparison,
  type TableRef,
} from './rules/routes/index.ts'
export { isSnapshotDue, learnedSites, learnerOf, type RouteSnapshot, type SiteRoutes } from './rules/sites/index.ts'
