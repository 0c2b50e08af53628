export type * from './types.ts'
/** The steps of recording without a database, for histories that are kept in memory. */
export * as recording from './recording.ts'

// Recording
export { type MetricSeries, seriesKeys } from './record/metric-series.ts'
export { ensurePartitions } from './record/partitions.ts'
export { recordObservation } from './record/record-observation.ts'
export { type LastPoll, loadLastPolls } from './quiet/last-poll.ts'
export { quietKinds, type QuietPoll, quietPoll } from './quiet/quiet-poll.ts'
export { NotAsRemembered, recordQuietPolls } from './quiet/record-quiet-polls.ts'

// A past that is made in bulk, for the demo
export { type CounterObservation, appendCounters, prepareCounterPartitions } from './bulk/append-counters.ts'
export { clearHistory, refreshStatistics } from './bulk/clear-history.ts'
export { type PollSpan, extendCoverage } from './bulk/extend-coverage.ts'

// What a scope sees
export type { HubTables, Visible, SourceNeighbor } from './scoped/visible.ts'
export {
  configurationsEver,
  gatewaySessions,
  ownedResources,
  type OwnedResource,
  type OwnedSource,
  ownedSources,
} from './scoped/owned-resources.ts'
export { onConnections, scopedBase, scopedReader, tablesOf, visibleTo } from './scoped/scoped-reader.ts'

// Questions about what was recorded
export { activityAround } from './read/activity-around.ts'
export { arpAt } from './read/arp-at.ts'
export { type AwaitedRemoval, awaitedRemovals } from './read/awaited-removals.ts'
export { arpHistory } from './read/arp-history.ts'
export { type BusiestRate, busiestRates } from './read/busiest-rates.ts'
export { carriersOf } from './read/carriers-of.ts'
export { comparePathTables } from './read/compare-path-tables.ts'
export { type InstanceSession, instanceSessions } from './read/instance-sessions.ts'
export { configChanges } from './read/config-changes.ts'
export { type ConfigInterval, type ConfiguredResource, configIntervals } from './read/config-intervals.ts'
export { connectionsAt } from './read/connections-at.ts'
export { type ForwardingRevision, forwardingRevision } from './read/forwarding-revision.ts'
export { costBasisRevision } from './read/cost-basis-revision.ts'
export { coverageAt } from './read/coverage-at.ts'
export { coverageIntervals } from './read/coverage-intervals.ts'
export { CursorError } from './read/cursor.ts'
export { listDeclarationVersions, readDeclarations } from './read/declarations.ts'
export type { DecodeConfig } from './read/azure-windows.ts'
export { unreadableMaintenance } from './read/azure-windows.ts'
export { expectedMaintenance, readMaintenance } from './read/maintenance.ts'
export type { AnnouncedWindow } from './types/maintenance.ts'
export {
  type CalendarWindow,
  calendarWindows,
  listCalendars,
  noteCalendarRead,
  removeCalendar,
  replaceCalendarWindows,
  saveCalendar,
  type StoredCalendar,
} from './store/calendars.ts'
export { emptyArpTables } from './read/empty-arp-tables.ts'
export { type Repeats, eventRepeats } from './read/event-repeats.ts'
export { configSpans, firstTimes } from './read/first-times.ts'
export { type KnownResource, knownResources } from './read/known-resources.ts'
export { type LastGoodPoll, lastGoodPolls } from './read/last-good-polls.ts'
export { latestCounters } from './read/latest-counters.ts'
export { latestMetrics } from './read/latest-metrics.ts'
export { type RouteCount, routeCounts } from './read/route-counts.ts'
export { type MeasuredBytes, measuredBytes } from './read/measured-bytes.ts'
export { metricSeries } from './read/metric-series.ts'
export { type MetricStep, metricSteps } from './read/metric-steps.ts'
export { learnedPrefixes } from './read/learned-prefixes.ts'
export { type EventStep, eventSteps, type FlapCount, flapCounts } from './read/event-summary.ts'
export { eventsById, listEvents, partsOf } from './read/list-events.ts'
export { metricRates, type PieceMean } from './read/metric-rates.ts'
export { circuitRates, type PieceRate } from './read/circuit-rates.ts'
export { type IncidentFigures, incidentFigures } from './read/incident-summary.ts'
export {
  incidentById,
  incidentsLeftFor,
  incidentsSince,
  lastIncidentEnd,
  listIncidents,
} from './read/list-incidents.ts'
export { type CountedPair, type CountedWindow, countedWithin } from './read/counted-within.ts'
export { slicesInProgress, type SliceProgress } from './read/slices.ts'
export { closeFuture } from './record/close-future.ts'
export { listSources, newestPollAge, newestPollAt } from './read/list-sources.ts'
export { type FaultRow, networkFaults } from './read/network-faults.ts'
export { eventsOfIncidents, openEvents, openEventsOf, openSubjects, timesOfIncidents } from './read/open-events.ts'
export { pollTotals } from './read/poll-totals.ts'
export { polledFaster } from './read/polled-faster.ts'
export { droppedErrors, foldErrorsInto, polledTargets } from './read/polled-targets.ts'
export { prefixCounts } from './read/prefix-counts.ts'
export { prefixMaxima } from './read/prefix-maxima.ts'
export { prefixesInTables } from './read/prefixes-in-tables.ts'
export { prefixesOfMicrosoft } from './read/prefixes-of-microsoft.ts'
export { type ProbeSeries, probeResults, testReach } from './read/probe-results.ts'
export { type ReportedRoutes, reportedRoutes } from './read/reported-routes.ts'
export { listResources, resourceByIdOrArmId } from './read/resources.ts'
export { type TunnelNow, tunnelsNow } from './read/tunnels-now.ts'
export { routeChanges, type RouteChangeOrder } from './read/route-changes.ts'
export { type ChurnWindow, type RouteChurn, routeChurn } from './read/route-churn.ts'
export type { RouteTo } from './read/route-entry.ts'
export { routeIntervals } from './read/route-intervals.ts'
export { routePast } from './read/route-past.ts'
export { routesAt } from './read/routes-at.ts'
export { routesCovering } from './read/routes-covering.ts'
export { routesDiff } from './read/routes-diff.ts'
export { type RoutesTo, routesTo } from './read/routes-to.ts'
export { routesWithin } from './read/routes-within.ts'
export { sessionHistory } from './read/session-history.ts'
export { type SessionMomentRow, sessionMoments } from './read/session-moments.ts'
export { sessionsAt } from './read/sessions-at.ts'
export { sourceById } from './read/source-ref.ts'
export { type Budget, budgetsDrawnFrom } from './read/budgets.ts'
export {
  type ThrottledPolls,
  regionOfSource,
  sourcesOfResource,
  sourcesOfSubscription,
  throttledPolls,
} from './read/throttled-polls.ts'
export { type PollLoad, pollLoads } from './read/poll-loads.ts'
export { scheduledSubscriptions } from './read/scheduled-subscriptions.ts'
export { type RateExtremes, rolledUpExtremes, sampledExtremes } from './read/traffic-extremes.ts'
export { type TrafficPast, trafficPast } from './read/traffic-past.ts'
export { uncoveredTimes } from './read/uncovered.ts'
export { unseenByScope, unseenBySource } from './read/unseen-by-scope.ts'
export { type SampledSession, sampledSessions } from './read/sampled-sessions.ts'
export { silentTimes } from './read/silent-times.ts'
export { type LinkDay, linkDays } from './read/link-days.ts'
export { type OutageTime, outageTimes } from './read/outage-times.ts'
export type { UnseenTime } from './read/unseen-times.ts'
export { usageBegins } from './read/usage-begins.ts'
export { type Usage, usage } from './read/usage.ts'
export { REACH_PATH } from './rollup/metric-flow.ts'

// Usage, churn
export { backfillReached, type Backfill, dueBackfills, postponeBackfill, recordBackfill } from './rollup/backfill.ts'
export { type Difference, type Differences, type UsagePoint, addDifferences } from './rollup/choose.ts'
export type { Direction, Growth } from './rollup/growth.ts'
export { rollUpChurn } from './rollup/roll-up-churn.ts'
export { rollUpUsage } from './rollup/roll-up.ts'
export { type UsageStep, bucketCount, bucketEnd, bucketStart } from './rollup/steps.ts'

// Replay
export { countPolls, replayPolls } from './replay/replay-polls.ts'

// Retention
export { applyRetention } from './retention/apply-retention.ts'
export { EVIDENCE_KEPT_MS, FIVE_MINUTES_KEPT_MS, type Retention } from './retention/policy.ts'

// Tables that are written and read as they are
export {
  type StoredBackTest,
  askBackTest,
  backTestById,
  BackTestsFull,
  cancelBackTest,
  endBackTest,
  recentBackTests,
  takeBackTest,
  updateProgress,
} from './store/back-tests.ts'
export {
  type BillRead,
  type StoredBilledRow,
  billReads,
  billedRows,
  keepBill,
  keepCalibration,
  lastCalibration,
  newestBilledDay,
  noteBillRead,
} from './store/cost-bills.ts'
export { type StoredDecision, addDecision, costDecisions, recordOutcome } from './store/cost-decisions.ts'
export {
  type StoredFinding,
  costCheckMemory,
  costFindings,
  pruneCostFindings,
  saveCostCheckMemory,
  saveCostFindings,
} from './store/cost-findings.ts'
export { costReview, costReviewWeeks, newestCostReview, publishReview } from './store/cost-reviews.ts'
export {
  type CostStatementTable,
  StatementConflict,
  type CostStatement,
  changeStatements,
  costStatements,
  statementsVersion,
} from './store/cost-statements.ts'
export {
  type StoredTraffic,
  costTraffic,
  costTrafficRevision,
  forgetCostTraffic,
  keepCostTraffic,
} from './store/cost-traffic.ts'
export { DeclarationsConflict, saveDeclarations } from './store/declarations.ts'
export {
  type StoredScope,
  isRecheckDue,
  loadDetectionScopes,
  peekDetectionScopes,
  requestFold,
  saveDetectionScopes,
  saveRechecks,
  scopesToRecheck,
} from './store/detection-scopes.ts'
export {
  SettingsConflict,
  changedIn,
  currentSettings,
  saveSettings,
  settingsVersions,
} from './store/detection-settings.ts'
export {
  loadDetectionState,
  type PeekedState,
  peekDetectionStates,
  replaceDetectionStates,
  saveDetectionState,
  unchangedDetectionStates,
} from './store/detection-state.ts'
export {
  type RouterConnectionKey,
  closeRouterConnection,
  endVanishedRouterConnections,
  extendRouterConnections,
  handOverRouterSessions,
  openRouterConnection,
  openRouterLog,
} from './record/routers/router-connections.ts'
export { recordRouterLog, recordRouterReports } from './record/routers/record-router-reports.ts'
export { MAX_ROUTER_ROUTES, RouterLimitError } from './record/routers/router-batch.ts'
export { type RouterRouteAt, type RouterRoutesAt, routerRoutesAt } from './read/router-routes-at.ts'
export {
  listRouters,
  type ReportedRouter,
  reportedSessions,
  routerCoverage,
  type RouterRouteCounts,
  routerRoutes,
  type RouterRouteSpan,
  type RouterSession,
  routerSessionHistory,
  type RouterSessionSpan,
  routerSessions,
  routerViewsOf,
} from './read/routers.ts'
export { eventIdOf, upsertEvents } from './store/events.ts'
export { assignIncident, assignmentsOf, recentAssignees } from './store/assignments.ts'
export { addSend, sameSend, sendsOf, sendsSince } from './store/sends.ts'
export { acknowledgeIncident, upsertIncidents } from './store/incidents.ts'
export { type NetworkApiVersion, networkApiVersion, noteApiVersion } from './store/api-version.ts'
export { lastSetupReport, saveSetupReport, type SetupReport } from './store/setup-report.ts'
export {
  type StoredExemption,
  keepExemption,
  postureExemptions,
  withdrawExemption,
} from './store/posture-exemptions.ts'
export { addDrill, cancelDrill, findDrill, listDrills, type StoredDrill } from './store/drills.ts'
export {
  forgetSingleLosses,
  keepSingleLosses,
  noteSingleLossesChecked,
  type OnlyLosses,
  singleLosses,
  singleLossRun,
  type StrandsSince,
} from './store/single-losses.ts'
export {
  askDoubleLosses,
  cancelDoubleLosses,
  doubleLossRun,
  type DoubleLossRun,
  DoubleLossesFull,
  endDoubleLosses,
  noteDoubleLossesProgress,
  takeDoubleLosses,
} from './store/double-losses.ts'
export { type BudgetDraw, drawFromBudgets, knownBudgets } from './store/shared-budgets.ts'
export { type PlanState, readPlanState, writePlanState } from './store/plan-state.ts'
export { listingFailure, noteListing } from './store/listing-failure.ts'
export {
  type PriceCheck,
  keepPriceSheet,
  lastPriceCheck,
  latestPriceSheet,
  newestPriceSheet,
  notePriceFailure,
  priceMeters,
  priceVersions,
} from './store/price-sheets.ts'
export { type WantedPoll, syncSchedule } from './store/schedule.ts'
export { askJoin, askPart, type JoinFacts, joinFacts } from './store/resource-joins.ts'
export {
  type StoredServiceKeyRequest,
  recordServiceKeyRequest,
  serviceKeyRequests,
} from './store/service-key-requests.ts'
export { shortHash, shortIdOf } from './store/short-id.ts'
export { ensureSource, ensureSources } from './store/sources.ts'
export { keepSubscriptionFacts, subscriptionFacts } from './store/subscription-facts.ts'
export { customerRulesOf, readCustomerRules } from './read/customer-rules.ts'
export { nameSubscriptions, subscriptionNames } from './store/subscription-names.ts'
export { addSloCounts, dropSloCounts, readSloCounts, samplePollsInTime, setSloCounts } from './slo/counts.ts'
export { countSlo, keepSloCounts } from './slo/process-counts.ts'
export { type Pace, paceAfter, usualIntervalMs } from './record/pace.ts'
