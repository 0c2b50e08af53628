export { closeFutureDatedReports } from './close-future-reports.ts'
export {
  readRouterCoverage,
  readRouterRoutes,
  type RouterRouteSpan,
  readRouterSessionHistory,
  type RouterSessionSpan,
  listRouterSessions,
  readMonitoredRibs,
} from './read/read-reports.ts'
export { recordRouterLog, recordRouterReports, recordRouterStates } from './record-router-reports.ts'
export { removeRouter } from './remove-router.ts'
export {
  type RecordedAheadPlaceholder,
  type RecordedReports,
  RouterRecordingProgress,
  type RouterStateReport,
} from './router-batch.ts'
export {
  closeRouterConnection,
  endVanishedRouterConnections,
  extendRouterConnections,
  reassignRouterSessions,
  openRouterCollector,
  addBmpConnection,
  openRouterLog,
  type RouterConnectionKey,
  separateRouterConnection,
} from './router-connections.ts'
export { endRoutesOfEndedSessions } from './router-route-rows.ts'
