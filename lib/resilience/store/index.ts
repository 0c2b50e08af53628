export {
  DoubleLossQueueFullError,
  requestDoubleLossRun,
  cancelDoubleLossRun,
  readDoubleLossRun,
  endDoubleLossRun,
  recordDoubleLossesProgress,
  startNextDoubleLossRun,
} from './double-losses.ts'
export {
  requestReportsAfterTests,
  requestAzureReports,
  readAzureReportsOfResource,
  readDueAzureReports,
  readStartedFailoverTests,
  saveAzureReports,
  postponeAzureReports,
  type StoredAzureReport,
} from './azure-reports.ts'
export { addDrill, cancelDrill, findDrill, listDrills, type StoredDrill } from './drills.ts'
export { readConfigSpans, readFirstObservationTimes } from './first-observation-times.ts'
export { readForwardingRevision, type ForwardingDataFingerprints } from './forwarding-revision.ts'
export { saveExemption, readPostureExemptions, type StoredExemption, withdrawExemption } from './posture-exemptions.ts'
export { readRouterRoutesAt, type RouterRouteAt } from './router-routes-at.ts'
export {
  deleteSingleLosses,
  saveSingleLosses,
  recordSingleLossesChecked,
  readSingleLossRun,
  readSingleLosses,
  type SingleLossFilter,
  type PrefixCutOffTime,
} from './single-losses.ts'
export {
  findStoredEventIds,
  deleteOutlooks,
  saveMaintenanceOutlook,
  recordOutlooksChecked,
  countUnreadNotices,
  readStoredOutlook,
} from './outlook.ts'
