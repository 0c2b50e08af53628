export {
  DoubleLossesFull,
  requestDoubleLosses,
  cancelDoubleLosses,
  doubleLossRun,
  endDoubleLosses,
  recordDoubleLossesProgress,
  takeDoubleLosses,
} from './double-losses.ts'
export {
  requestReportsAfterTests,
  requestAzureReports,
  azureReportsOf,
  dueAzureReports,
  saveAzureReports,
  putOffAzureReports,
  type StoredReport,
} from './azure-reports.ts'
export { addDrill, cancelDrill, findDrill, listDrills, type StoredDrill } from './drills.ts'
export { configSpans, firstTimes } from './first-times.ts'
export { forwardingRevision, type ForwardingRevision } from './forwarding-revision.ts'
export { saveExemption, postureExemptions, type StoredExemption, withdrawExemption } from './posture-exemptions.ts'
export { routerRoutesAt, type RouterRouteAt } from './router-routes-at.ts'
export {
  forgetSingleLosses,
  saveSingleLosses,
  recordSingleLossesChecked,
  singleLossRun,
  singleLosses,
  type OnlyLosses,
  type CutOffSince,
} from './single-losses.ts'
export {
  findStoredEventIds,
  forgetOutlooks,
  saveOutlook,
  recordOutlooksChecked,
  openNotices,
  storedOutlook,
} from './outlook.ts'
