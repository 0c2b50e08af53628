export { judgePathState } from './facts/circuit-facts.ts'
export { narrowStateStart, ROUTER_STATE_EVIDENCE_FIELD } from './facts/router-side-sessions.ts'
export { dropRefusedRoutes } from './rules/announcements.ts'
export type { ResourcesByProbedAddress } from './facts/apply-probes.ts'
export { type GroupDetectionResult, runGroupDetection } from './run-group-detection.ts'
export {
  compareTables,
  MAX_STORED_DIFFERENCES,
  getCustomerOriginAsn,
  type RouteTableComparison,
  type PathTableRef,
} from './rules/routes/index.ts'
export { isRouteSnapshotDue, findLearnedSites, parseSiteSubject } from './rules/sites/index.ts'
