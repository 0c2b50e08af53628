export { judgePathState } from './facts/circuit-facts.ts'
export { ROUTER_END_FIELD } from './facts/router-side-sessions.ts'
export type { ResourcesByProbedAddress } from './facts/apply-probes.ts'
export { type GroupDetectionResult, runGroupDetection } from './run-group-detection.ts'
export {
  compareTables,
  MAX_STORED_DIFFERENCES,
  getCustomerOriginAsn,
  type TableComparison,
  type TableRef,
} from './rules/routes/index.ts'
export { isSnapshotDue, findLearnedSites, parseSiteSubject } from './rules/sites/index.ts'
