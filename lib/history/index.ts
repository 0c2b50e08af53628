export { appendCounters, type CounterObservation, prepareCounterPartitions } from './bulk/append-counters.ts'
export { clearHistory, refreshStatistics } from './bulk/clear-history.ts'
export { extendCoverage, type PollSpan } from './bulk/extend-coverage.ts'
export {
  askBackTest,
  type BackTestState,
  backTestById,
  cancelBackTest,
  endBackTest,
  recentBackTests,
  type StoredBackTest,
  takeBackTest,
  tellProgress,
} from './store/back-tests.ts'
export {
  changedIn,
  currentSettings,
  saveSettings,
  SettingsConflict,
  type SettingsVersion,
  settingsVersions,
} from './store/detection-settings.ts'
export { countPolls, type ReplayedPoll, replayPolls } from './replay/replay-polls.ts'
export { activityAround } from './read/activity-around.ts'
export { arpAt } from './read/arp-at.ts'
export { arpHistory } from './read/arp-history.ts'
export { carriersOf } from './read/carriers-of.ts'
export { configChanges } from './read/config-changes.ts'
export { connectionsAt } from './read/connections-at.ts'
export { coverageAt } from './read/coverage-at.ts'
export { coverageStretches } from './read/coverage-stretches.ts'
export { CursorError } from './read/cursor.ts'
export { emptyArpTables } from './read/empty-arp-tables.ts'
export { latestCounters } from './read/latest-counters.ts'
export { latestMetrics } from './read/latest-metrics.ts'
export { eventsById, listEvents, partsOf } from './read/list-events.ts'
export { listSources, newestPollAt } from './read/list-sources.ts'
export {
  recordServiceKeyRequest,
  serviceKeyRequests,
  type StoredServiceKeyRequest,
} from './store/service-key-requests.ts'
export { type ListingFailure, listingFailure, noteListing } from './store/listing-failure.ts'
export { nameSubscriptions, subscriptionNames } from './store/subscription-names.ts'
export { eventRepeats, type Repeats } from './read/event-repeats.ts'
export { heardAt } from './read/heard-at.ts'
export { type FaultRow, networkFaults } from './read/network-faults.ts'
export { droppedErrors, foldErrorsInto, type PolledTargetRow, polledTargets } from './read/polled-targets.ts'
export { probeResults, type ProbeSeries, testsOf } from './read/probe-results.ts'
export { prefixCounts } from './read/prefix-counts.ts'
export { polledFaster } from './read/polled-faster.ts'
export { sourcesOfSubscription, type ThrottledPolls, throttledPolls } from './read/throttled-polls.ts'
export { pollTotals } from './read/poll-totals.ts'
export { listResources, resourceByIdOrArmId } from './read/resources.ts'
export { type ChurnWindow, type RouteChurn, routeChurn } from './read/route-churn.ts'
export { routeStretches } from './read/route-stretches.ts'
export { routesAt, type RoutesQuery } from './read/routes-at.ts'
export { routesCovering } from './read/routes-covering.ts'
export { routesDiff } from './read/routes-diff.ts'
export { type RoutesTold, routesTold } from './read/routes-told.ts'
export { sessionHistory } from './read/session-history.ts'
export { type SessionMomentRow, sessionMoments } from './read/session-moments.ts'
export { sessionsAt } from './read/sessions-at.ts'
export { sourceById } from './read/source-ref.ts'
export { type RateExtremes, rolledUpExtremes, sampledExtremes } from './read/traffic-extremes.ts'
export { uncoveredTimes } from './read/uncovered.ts'
export { type Usage, type UsageQuery, usage } from './read/usage.ts'
export { usageBegins } from './read/usage-begins.ts'
export type { UnseenTime } from './read/unseen-times.ts'
export { comparableConfig } from './record/comparable-config.ts'
export { fieldsThatDiffer } from './record/json-diff.ts'
export { ensurePartitions } from './record/partitions.ts'
export { recordObservation } from './record/record-observation.ts'
export type { Session } from './record/session-rows.ts'
export { sampledNeighbor, sampledPeer } from './record/session-step.ts'
export { stepSessions } from './record/step-sessions.ts'
export { type Backfill, dueBackfills, postponeBackfill, recordBackfill } from './rollup/backfill.ts'
export {
  addDifferences,
  type Difference,
  type Differences,
  type UsagePoint,
} from './rollup/choose.ts'
export type { Direction, Growth } from './rollup/growth.ts'
export { rollUpUsage } from './rollup/roll-up.ts'
export { bucketCount, bucketEnd, type UsageStep } from './rollup/steps.ts'
export { applyRetention, type Pruned } from './retention/apply-retention.ts'
export { FIVE_MINUTES_KEPT_MS, type Retention } from './retention/policy.ts'
export { loadDetectionState, saveDetectionState } from './store/detection-state.ts'
export { eventIdOf, upsertEvents } from './store/events.ts'
export { syncSchedule, type WantedPoll } from './store/schedule.ts'
export { shortIdOf } from './store/short-id.ts'
export { ensureSource, ensureSources } from './store/sources.ts'
export type * from './types.ts'
export {
  anyScopeWaits,
  loadDetectionScopes,
  peekDetectionScopes,
  saveDetectionScopes,
  type StoredScope,
} from './store/detection-scopes.ts'
export { acknowledgeIncident, upsertIncidents } from './store/incidents.ts'
export { incidentById, incidentsLeftFor, incidentsSince, listIncidents } from './read/list-incidents.ts'
export type { WayTo } from './read/way-row.ts'
export { type WaysTo, waysTo } from './read/ways-to.ts'
export { waysWithin } from './read/ways-within.ts'
export { type PrefixMaximum, prefixMaxima } from './read/prefix-maxima.ts'
export { type RoutePast, routePast } from './read/route-past.ts'
export { comparePathTables, type PathTable, type PathTableComparison } from './read/compare-path-tables.ts'
export { type LearnedPrefixes, learnedPrefixes } from './read/learned-prefixes.ts'
export { listDeclarationVersions, readDeclarations } from './read/declarations.ts'
export { DeclarationsConflict, saveDeclarations } from './store/declarations.ts'
export { type KnownResource, knownResources } from './read/known-resources.ts'
export { type TrafficPast, trafficPast } from './read/traffic-past.ts'
export { openEvents } from './read/open-events.ts'
export {
  keepPriceSheet,
  lastPriceCheck,
  latestPriceSheet,
  newestPriceSheet,
  notePriceFailure,
  type PriceCheck,
  priceVersions,
  priceMeters,
  type StoredPriceSheet,
} from './store/price-sheets.ts'
export {
  billedRows,
  type BillRead,
  billReads,
  keepBill,
  keepCalibration,
  lastCalibration,
  newestBilledDay,
  noteBillRead,
  type StoredBilledRow,
} from './store/cost-bills.ts'
export { costTraffic, forgetCostTraffic, keepCostTraffic, type StoredTraffic } from './store/cost-traffic.ts'
export {
  changeLedger,
  type CostLedger,
  CostLedgerConflict,
  type CostStatement,
  costStatements,
  ledgerVersion,
} from './store/cost-ledgers.ts'
export { costReview, costReviewWeeks, newestCostReview, publishReview } from './store/cost-reviews.ts'
export { addDecision, costDecisions, noteCameOf, type StoredDecision } from './store/cost-decisions.ts'
export { configStretches, type ConfigStretch, type ConfiguredResource } from './read/config-stretches.ts'
