export type * from './types.ts'
/** Steps of recording a poll without a database, for histories that are kept in memory. */
export * as recording from './recording.ts'

// Recording polls
export { type MetricSeries, createSeriesKeyBuilder } from './record/metric-series.ts'
export { ensurePartitions } from './record/partitions.ts'
export { type RecordedPoll, type RecordKnownOptions, recordObservation } from './record/record-observation.ts'

export {
  type LastPollStateInMemory,
  getLastRouteTableDigest,
  loadLastPolls,
  computePollDigest,
  pollKindsThatCanBeUnchanged,
  type UnchangedPoll,
  compareUnchangedPoll,
  recordUnchangedPolls,
} from './record/quiet-poll.ts'
export { StaleStateError } from './record/stale-state-error.ts'

// Recording a generated past in bulk, for the demo
export { type CounterObservation, appendCounters, prepareCounterPartitions } from './bulk/append-counters.ts'
export {
  type CoveredPollTimes,
  extendCoverageByUnchangedPolls,
  buildStoredPollKey,
  type StoredPollStatesByKey,
  type UnchangedPollRun,
} from './bulk/extend-coverage.ts'

// Limiting queries to the rows that a user may see
export type { VisibleRouteNeighbor, RowsVisibleInAccessScope } from './scoped/visible-rows.ts'
export {
  readAllConfigurations,
  readGatewaySessions,
  readOwnedResources,
  type ResourceWithOwnershipFields,
  type SourceWithOwnershipFields,
  readOwnedSources,
} from './scoped/owned-resources.ts'
export {
  getReaderAudience,
  moveAccessScopeToConnection,
  getConnectionBelowScope,
  createScopedReader,
  getSharedIds,
  readTableNames,
  getReaderVisibility,
} from './scoped/scoped-reader.ts'

// State that was known at a moment
export { createPastReader } from './past/past-reader.ts'
export { getRegisteredTables, registerDatabaseTables } from './registered-tables.ts'
export type { DatabaseTableRegistrations } from './types/tables.ts'

// Queries of recorded history
export { readActivityAround } from './read/config/activity-around.ts'
export { type BusiestRate, readBusiestRates } from './read/traffic/busiest-rates.ts'
export { readNeighborsCarryingAddress, readCoveringRoutes } from './read/address-neighbors.ts'
export { comparePathTables } from './read/routes/compare-path-tables.ts'
export { type GatewayInstanceSession, readInstanceSessions } from './read/sessions/instance-sessions.ts'
export { readConfigChanges } from './read/config/config-changes.ts'
export { type ConfigInterval, type ConfiguredResource, readConfigIntervals } from './read/config/config-intervals.ts'
export { readConnectionsAtMoment } from './read/sessions/connections-at.ts'
export { readPollCoverageOfMoment } from './read/polls/coverage-at.ts'
export { readCoverageIntervals } from './read/polls/coverage-intervals.ts'
export { CursorError } from './read/cursor.ts'
export { listDeclarationVersions, readCurrentDeclarations } from './read/config/declarations.ts'
export { type DecodeConfig, readUnreadableMaintenance } from './read/config/azure-windows.ts'

export { readExpectedMaintenance, readMaintenanceWindows } from './read/config/maintenance.ts'
export type { AnnouncedWindow } from './types/maintenance.ts'
export { type CalendarMaintenanceWindow, readCalendarWindows } from './read/config/calendar-windows.ts'

export { type ResourceFoundById, findKnownResources } from './read/config/known-resources.ts'
export { type LastGoodPoll, readLastGoodPolls } from './read/polls/last-good-polls.ts'
export { readLatestCounters } from './read/traffic/latest-counters.ts'
export { readLatestMetrics } from './read/traffic/latest-metrics.ts'
export { readMetricSeries } from './read/traffic/metric-series.ts'
export { type MetricValuesInStep, readMetricSteps } from './read/traffic/metric-steps.ts'

export { readEventsById, listEvents, countEventParts } from './read/events/list-events.ts'

export { readCircuitRates, type PathRateInTimeSlice } from './read/traffic/circuit-rates.ts'

export {
  readIncidentById,
  findMergedIncidents,
  readIncidentsSince,
  findLastIncidentEnd,
  listIncidents,
} from './read/events/list-incidents.ts'

export {
  listSources,
  readNewestPoll,
  type ResourceIdFilter,
  readShareInTime,
  readSourceById,
} from './read/polls/list-sources.ts'
export { type NetworkFaultRow, readNetworkFaults } from './read/network-faults.ts'
export {
  readEventsOfIncidents,
  readOpenEvents,
  readOpenEventsOfIncidents,
  readOpenSubjects,
  readIncidentEventTimes,
} from './read/events/open-events.ts'

export { countBurstPolls } from './read/polls/burst-polls.ts'
export {
  readErrorsOfUnscheduledPolls,
  mergeErrorIntoSharedEvent,
  mergeErrorsIntoEvent,
  readPolledTargets,
} from './read/polls/polled-targets.ts'
export { readPrefixMaxima } from './read/routes/prefix-maxima.ts'
export { countPrefixesInTables, hasStoredRoutes } from './read/routes/prefixes-in-tables.ts'

export { type RouteAnnouncedSinceMoment, readReportedRoutes } from './read/routes/reported-routes.ts'
export { readResourcePage, readResourceByIdOrArmId } from './read/config/resources.ts'
export { type CurrentTunnel, readCurrentTunnels } from './read/sessions/tunnels-now.ts'

export type { LearnedRouteEntry } from './read/routes/route-entry.ts'

export { type HubConnectionRouteRecord, readHubConnectionRoutes } from './read/routes/connection-routes.ts'
export { readPastRoutes } from './read/routes/route-past.ts'
export { readRoutesAtMoment } from './read/routes/routes-at.ts'

export { type RoutesToPrefixes, readRoutesToPrefixes } from './read/routes/routes-to.ts'
export { readRoutesWithinRanges } from './read/routes/routes-within.ts'

export { readSessionAddresses, readSessionsAtMoment, type SessionAddresses } from './read/sessions/sessions-at.ts'

export { type ThrottledPolls, countThrottledPolls } from './read/polls/throttled-polls.ts'
export { type PollLoad, readPollLoads } from './read/polls/poll-loads.ts'
export { readListedResources } from './read/polls/listed-resources.ts'
export { readScheduledSubscriptions } from './read/polls/scheduled-subscriptions.ts'

export { type PastTraffic, readPastTraffic } from './read/traffic/traffic-past.ts'
export { readUncoveredTimes } from './read/polls/uncovered-times.ts'

export { type OutageTime, readOutageTimes } from './read/events/outage-times.ts'
export type { TimeIntervalWithoutPolls } from './read/polls/unpolled-times.ts'

export { type UsageOverTime, readUsage } from './read/traffic/usage.ts'
export { GLOBAL_REACH_PATH } from './rollup/metric-flow.ts'

// Usage and churn
export {
  readBackfillProgress,
  type BitRateBackfill,
  readDueBackfills,
  postponeBackfill,
  recordBackfill,
} from './rollup/backfill.ts'
export {
  type CounterMetricDifference,
  type UsageSourceDifferences,
  type ChosenUsageBucket,
  addUsageSourceDifferences,
} from './rollup/choose-usage-source.ts'
export type { UsageDirection, CounterGrowth } from './rollup/counter-growth.ts'
export { rollUpChurn } from './rollup/roll-up-churn.ts'
export { rollUpUsage } from './rollup/roll-up.ts'
export { type UsageBucketLength, countBuckets, computeBucketEnd, computeBucketStart } from './rollup/rollup-steps.ts'

// Replaying polls
export { countPolls, replayPolls } from './replay/replay-polls.ts'

// Deleting old rows
export {
  advanceDeletionTime,
  confirmDeletionsUpTo,
  readDeletionTime,
  type DeletionsAwaitingConfirmation,
  readDeletionsAwaitingConfirmation,
  NoDeletionsAwaitingConfirmationError,
  recordClockStep,
} from './retention/deletion-time.ts'
export {
  applyRetention,
  EVIDENCE_RETENTION_MS,
  FIVE_MINUTE_RETENTION_MS,
  type RetentionTimes,
} from './retention/apply-retention.ts'

// Tables that are written and read without conversion
export {
  type StoredBackTest,
  requestBackTest,
  readBackTestById,
  BackTestQueueFullError,
  cancelBackTest,
  endBackTest,
  readRecentBackTests,
  takeNextBackTest,
  updateBackTestProgress,
} from './store/back-tests.ts'

export {
  type StoredFinding,
  readCostFindings,
  saveCostFindings,
} from './store/cost-findings.ts'

export {
  type ResourceRecheckTime,
  type StoredResourceState,
  type ResourceStateRequest,
  loadResourceStates,
  readResourceStatesUnlocked,
  requestDetectionOfResources,
  saveResourceStates,
  saveRecheckTimes,
  findResourcesToRecheck,
} from './store/detection-scopes.ts'
export {
  ThresholdsConflictError,
  readChangedThresholds,
  readCurrentSettings,
  saveThresholdsAsNewVersion,
  readSettingsVersions,
} from './store/detection-settings.ts'
export {
  loadDetectionState,
  type UnlockedDetectionState,
  readDetectionStatesUnlocked,
  replaceDetectionStates,
  saveDetectionState,
  lockUnchangedDetectionStates,
} from './store/detection-state.ts'
export { readReportingRouters, type ReportingRouter, readReportedSessions, type RouterSession } from './read/routers.ts'
export { computeEventId, upsertEvents } from './store/events.ts'

export {
  addManualSend,
  findSameManualSend,
  readManualSendsOfIncident,
  readManualSendTimes,
} from './store/manual-sends.ts'
export { acknowledgeIncident, snoozeIncident, upsertIncidents } from './store/incidents.ts'

export { type RequestBudgetUse, recordRequestBudgetUses, readKnownBudgets } from './store/shared-budgets.ts'
export { readFailoverTests, saveFailoverTests } from './store/failover-tests.ts'
export { type PollPlanState, readPollPlanState, writePollPlanState } from './store/poll-plan-state.ts'
export { readSubscriptionListingFailure, recordSubscriptionListingResult } from './store/listing-failure.ts'
export { type ScheduledPollRequest, syncPollSchedule } from './store/schedule.ts'

export { computeShortHash, computeShortId } from './store/short-id.ts'
export { getOrCreateSourceId, getOrCreateSourceIds } from './store/sources.ts'
export { saveSubscriptionDetails, readSubscriptionDetails } from './store/subscription-facts.ts'
export { createCustomerRules, readCustomerRules } from './read/customer-rules.ts'
export { saveSubscriptionNames, readSubscriptionNames } from './store/subscription-names.ts'
export {
  addSloCounts,
  deleteOldSloCounts,
  readSloCounts,
  countPollsInTime,
  replaceSloCounts,
} from './slo/slo-counts.ts'
export { countSloObservation, saveSloCounts } from './slo/process-counts.ts'
export { type PollPaceHistory, computePaceAfter, computeUsualIntervalMs } from './record/poll-pace.ts'
export type { Period } from './times.ts'
