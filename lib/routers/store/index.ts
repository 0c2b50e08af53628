export { closeFutureReports } from './close-future-reports.ts'
export {
  routerCoverage,
  routerRoutes,
  type RouterRouteSpan,
  routerSessionHistory,
  type RouterSessionSpan,
  routerSessions,
  readRouterViews,
} from './read/read-reports.ts'
export { recordRouterLog, recordRouterReports, recordRouterStates } from './record-router-reports.ts'
export { removeRouter } from './remove-router.ts'
export {
  type RecordedAhead,
  type RecordedReports,
  RouterProgress,
  type StateReport,
} from './router-batch.ts'
export {
  closeRouterConnection,
  endVanishedRouterConnections,
  extendRouterConnections,
  handOverRouterSessions,
  openRouterCollector,
  openRouterConnection,
  openRouterLog,
  type RouterConnectionKey,
  separateRouterConnection,
} from './router-connections.ts'
export { endRoutesOfEndedSessions } from './router-route-rows.ts'
