export {
  DoubleLossesFull,
  requestDoubleLossRun,
  cancelDoubleLossRun,
  doubleLossRun,
  endDoubleLossRun,
  recordDoubleLossesProgress,
  startNextDoubleLossRun,
} from './double-losses.ts'
export {
  requestReportsAfterTests,
  requestAzureReports,
  azureReportsOf,
  dueAzureReports,
  saveAzureReports,
  postponeAzureReports,
  type StoredReport,
} from './azure-reports.ts'
export { addDrill, cancelDrill, findDrill, listDrills, type StoredDrill } from './drills.ts'
export { configSpans, firstTimes } from './first-times.ts'
export { forwardingRevision, type ForwardingRevision } from './forwarding-revision.ts'
export { saveExemption, postureExemptions, type StoredExemption, withdrawExemption } from './posture-exemptions.ts'
export { routerRoutesAt, type RouterRouteAt } from './router-routes-at.ts'
export {
  deleteSingleLosses,
  saveSingleLosses,
  recordSingleLossesChecked,
  singleLossRun,
  singleLosses,
  type SingleLossFilter,
  type PrefixCutOffTime,
} from './single-losses.ts'
export {
  findStoredEventIds,
  deleteOutlooks,
  saveOutlook,
  recordOutlooksChecked,
  countUnreadNotices,
  storedOutlook,
} from './outlook.ts'
