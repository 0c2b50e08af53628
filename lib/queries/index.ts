export { getActivity } from './activity.ts'
export { actingAs, actor } from './actor.ts'
export { getProbes } from './probes.ts'
export { getArpHistory } from './arp-history.ts'
export { listCustomers } from './customers.ts'
export { customerNames } from './customer-names.ts'
export { getChanges } from './changes.ts'
export { getCircuit, listCircuits } from './circuits.ts'
export { getCircuitParity } from './circuit-parity.ts'
export { getCircuitTraffic } from './circuit-traffic.ts'
export {
  databaseBeside as databaseFor,
  QUESTION_LIMIT_MS,
  QUESTION_WAIT_MS,
  useDatabaseUrl,
  useReadingDatabase,
} from './connection.ts'
export { asOfKnown, questionsKnownUntil } from './replica.ts'
export { askReport, readReport } from './report-data.ts'
export { narrowed, readerOf, scopedReading, scopedTo } from './scoped/reader-of.ts'
export { changeFilter } from './scoped/change-filter.ts'
export { commandInScope } from './scoped/commands.ts'
export { withListedGaps } from './listed-gaps.ts'
export { withoutOthers } from './scoped/without-others.ts'
export { CursorError, visibleTo } from '#lib/history/index.ts'
export { type Db, queryable } from './db.ts'
export { getDeclarations, getDeclarationsVersions, putDeclarations } from './declarations.ts'
export { ConflictError, InvalidRequestError, LimitError, NotFoundError, WholeDeploymentError } from './errors.ts'
export { getEventKinds } from './event-kinds.ts'
export { FRESH_WITHOUT_POLLS } from './freshness-without-polls.ts'
export { getEvents } from './events.ts'
export { getEventsSummary } from './events-summary.ts'
export { TooManyQuestionsError } from './gate.ts'
export { getGateway, listGateways } from './gateways.ts'
export { getGatewayLoad } from './gateway-load.ts'
export { acknowledge, announceIncidents, assign, getIncident, getIncidents, lateAssignees } from './incidents.ts'
export { getCircuitHistory } from './circuit-history.ts'
export { getLinkUptime } from './link-uptime.ts'
export { getSessionUptime } from './session-uptime.ts'
export { getUptime } from './uptime.ts'
export { getGatewayTraffic } from './gateway-traffic.ts'
export { getIncidentsSummary } from './incidents-summary.ts'
export { getFormerResources, joinResources, partResource } from './resource-joins.ts'
export { listServiceKeyRequests, requestServiceKey } from './service-key.ts'
export {
  diffRoutes,
  getCostBudgets,
  getCostFocus,
  getCostProjections,
  getCostReconcile,
  getCostTco,
  getCostWeekly,
  getCostWeeklyCsv,
  getCostWhatIf,
  getRouteChanges,
  getRouteChurn,
} from './heavy-questions.ts'
export { getHealth } from './health.ts'
export { eventStream } from './live/event-stream.ts'
export { announceAccess } from './live/announce-access.ts'
export { closeProcessHub, forgetProcessHub, processHub } from './live/process-hub.ts'
export { stopStreamsWithProcess } from './live/stop-with-process.ts'
export { listNetworks } from './networks.ts'
export { getHub, listHubs } from './hubs.ts'
export { listPorts } from './ports.ts'
export { getCircuitRouters, getRouter, listRouters } from './routers.ts'
export { getOverview } from './overview.ts'
export { getPrefixCounts } from './prefix-counts.ts'
export { getProcesses } from './processes.ts'
export { getSlos } from './slos.ts'
export { metricsFor, wholeEstateMetrics } from './prometheus.ts'
export { countConnections } from './web-metrics.ts'
export { getReadiness } from './readiness.ts'
export { getAvailabilityReport } from './availability-report.ts'
export { exemptCheck, exemptionOf, getResilience, withdrawExemption } from './resilience.ts'
export { getRouteHistory } from './route-history.ts'
export { lookUpRoute } from './route-lookup.ts'
export { listRoutes } from './routes.ts'
export { getHandover } from './handover.ts'
export { getSessionAvailability } from './session-availability.ts'
export { getSessionHistory } from './session-history.ts'
export { listSessions } from './sessions.ts'
export { getSetup } from './setup.ts'
export { getCoverage, getSources } from './sources.ts'
export { getCircuitUsage } from './usage.ts'
export { getWall } from './wall.ts'
export { getWallHistory } from './wall-history.ts'
export { watchNow } from './watch.ts'
export { getLifecycle } from './lifecycle.ts'
export { announceMaintenance, getMaintenance } from './maintenance.ts'
export { announceDrill, cancelDrill, getDrill, getDrills, getExpectedDrill } from './drills.ts'
export { getIntents, pinIntents } from './intents.ts'
export { getAzureFailoverTests } from './azure-failover-tests.ts'
export { cancelN2, computeN2, getN2 } from './double-losses/answers.ts'
export { runDoubleLosses } from './double-losses/run.ts'
export { getN1 } from './single-losses/answers.ts'
export { refreshSingleLosses } from './single-losses/refresh.ts'
export { whatIf } from './what-if.ts'
export { askBackTest, cancelBackTest, getBackTest, getBackTests, getThresholds, putThresholds } from './settings.ts'
export {
  calibrateGb,
  closeWeek,
  decideCost,
  getCostOverrides,
  getCostPrices,
  evaluateCost,
  getCostFindings,
  readOpenFindings,
  noteCostOutcome,
  putCostBudgets,
  putCostOverrides,
  refreshCostTraffic,
} from './cost/index.ts'
