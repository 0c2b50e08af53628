export { listAdvertisedNeighborsOfRows } from './poll/advertised-neighbors.ts'
export { findSessionsWithActivity } from './poll/session-activity.ts'
export { findBurstScopes, selectPollsToBurst, addConnectedScopes } from './plan/burst.ts'
export { type ChangeFeed, followChanges } from './poll/change-feed.ts'
export { recordPoll } from './commit/commit-poll.ts'
export { hashTextToShare } from './plan/phase.ts'
export type { DetectionDeclarations, ListedResource, ReadRouterEnds } from './detection/types.ts'
export type { DetectionRecording } from './detection/detect.ts'
export { TopologyCache } from './detection/topology-cache.ts'
export { groupConnectedResources } from './detection/topology-groups.ts'
export type { HandleChangedIncidents } from './detection/incidents-changed.ts'
export {
  DEFAULT_SETTINGS,
  type DetectionStore,
  type TopologyReads,
  type SettingsInForce,
} from './detection/store.ts'
export { backTestJob, runBackTestsOnRequest } from './back-test/index.ts'
export { MemoryDetector, type RecordedPollInput, type TickFacts } from './memory/detector.ts'
export { MemoryRecorder } from './memory/recorder.ts'
export { type DetectionInputs, MemoryStore } from './memory/store.ts'
export { metricBatchesRefused } from './metrics.ts'
export { startClockRecovery } from './clock-recovery.ts'
export { createHistoryJobs } from './jobs/history-jobs.ts'
export {
  getConfiguredInstances,
  type KnownFacts,
  type KnownSession,
  updateKnownFacts,
  EMPTY_KNOWN_FACTS,
  convertRowsToSessions,
} from './poll/knowledge.ts'
export {
  parseBudgetName,
  computeBudgetCapacities,
  type PostCountingSetting,
  computePollDemands,
} from './plan/demands.ts'
export type { PlanSettings } from './plan/intervals-in-force.ts'
export * from './interval-plan/index.ts'
export { type PlannedPoll, type PollIntervals, planPolls, buildSubscriptionId } from './plan/plan.ts'
export { computePollWindow } from './plan/poll-window.ts'
export { createPausedPoll } from './plan/pause.ts'
export { createPollWithoutRows } from './poll/poll-without-rows.ts'
export { markIncompletePoll } from './poll/refine.ts'
export { type ClockStep, ClockWatch } from './watchdog/clock-watch.ts'
export { WATCHDOG_INTERVAL_MS } from './watchdog/fold-tick.ts'
export { startWorker, type Worker, type WorkerOptions } from './worker.ts'
