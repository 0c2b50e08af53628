export { listAdvertisedNeighborsOfRows } from './poll/advertised-neighbors.ts'
export { findSessionsWithActivity } from './poll/session-activity.ts'
export { findResourcesToBurst, selectPollsToBurst, addConnectedResources } from './plan/burst-polls.ts'
export { type ChangeFeed, followChanges } from './poll/change-feed.ts'
export { recordPollAndRunDetection } from './commit/commit-poll.ts'
export { hashTextToShare } from './plan/schedule-positions.ts'
export type { DetectionDeclarations, ListedResource, ReadRouterSideSessions } from './detection/types.ts'
export type { RecordedPollForDetection } from './detection/run-detection.ts'
export { TopologyCache } from './detection/topology-cache.ts'
export { groupConnectedResources } from './detection/topology-groups.ts'
export type { HandleChangedIncidents } from './detection/track-changed-incidents.ts'
export {
  DEFAULT_SETTINGS,
  type DetectionStore,
  type EstateDataReaders,
  type VersionedDetectionSettings,
} from './detection/detection-store.ts'
export { createBackTestJob, runBackTestsOnRequest } from './back-test/index.ts'
export { InMemoryDetector, type RecordedPollInput, type WatchdogTickInput } from './memory/detector.ts'
export { InMemoryRecorder } from './memory/recorder.ts'
export { type DetectionDataReaders, InMemoryStore } from './memory/store.ts'
export { metricBatchesRefused } from './metrics.ts'
export { startClockRecovery } from './clock-recovery.ts'
export { createHistoryJobs } from './jobs/history-jobs.ts'
export {
  getConfiguredInstances,
  type KnownSourceFacts,
  type KnownSession,
  updateSourceKnowledge,
  EMPTY_SOURCE_KNOWLEDGE,
  convertRowsToSessions,
} from './poll/known-facts.ts'
export {
  parseBudgetName,
  computeBudgetCapacities,
  type PostCountingSetting,
  computePollDemands,
} from './plan/poll-demands.ts'
export type { PollPlanSettings } from './plan/review-intervals.ts'
export * from './interval-plan/index.ts'
export { type PlannedPoll, type PollIntervals, planPolls, buildSubscriptionId } from './plan/plan-polls.ts'
export { computePollWindow } from './plan/poll-window.ts'
export { createPausedPoll } from './plan/paused-poll.ts'
export { createPollWithoutRows } from './poll/poll-without-rows.ts'
export { markIncompletePoll } from './poll/mark-incomplete-poll.ts'
export { type ClockStep, ClockWatch } from './watchdog/clock-watch.ts'
export { WATCHDOG_INTERVAL_MS } from './watchdog/evaluate-tick.ts'
export { startWorker, type PollWorker, type WorkerOptions } from './worker.ts'
