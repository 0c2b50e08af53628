export {
  DoubleLossesFull,
  askDoubleLosses,
  cancelDoubleLosses,
  doubleLossRun,
  endDoubleLosses,
  noteDoubleLossesProgress,
  takeDoubleLosses,
} from './double-losses.ts'
export {
  askAfterTests,
  askAzureReports,
  azureReportsOf,
  dueAzureReports,
  keepAzureReports,
  putOffAzureReports,
  type StoredReport,
} from './azure-reports.ts'
export { addDrill, cancelDrill, findDrill, listDrills, type StoredDrill } from './drills.ts'
export { configSpans, firstTimes } from './first-times.ts'
export { forwardingRevision, type ForwardingRevision } from './forwarding-revision.ts'
export { keepExemption, postureExemptions, type StoredExemption, withdrawExemption } from './posture-exemptions.ts'
export { routerRoutesAt, type RouterRouteAt } from './router-routes-at.ts'
export {
  forgetSingleLosses,
  keepSingleLosses,
  noteSingleLossesChecked,
  singleLossRun,
  singleLosses,
  type OnlyLosses,
  type StrandsSince,
} from './single-losses.ts'
export { eventsKnown, forgetOutlooks, keepOutlook, noteOutlooksChecked, openNotices, storedOutlook } from './outlook.ts'
