export { runAsActor, getActorName } from './actor.ts'
export { answerAsOfMoment, createReaderAt } from './scoped/as-of-moment.ts'
export {
  STATEMENT_TIME_LIMIT_MS,
  MAX_CONNECTION_WAIT_MS,
  getDatabaseForUse,
  getDatabasesInUse,
  getReadingDatabase,
  useDatabaseUrl,
  replaceDatabaseForTests,
  getWritableDatabase,
} from './connection.ts'
export { answerRange, readCoverageAt, readCoverageBetween, readCoverageOfResources, type Covered } from './covered.ts'
export { getQueryable, type Db } from './db.ts'
export { ConflictError, InvalidRequestError, LimitError, NotFoundError, WholeDeploymentError } from './errors.ts'
export { buildAgeWithoutPolls, FRESH_WITHOUT_POLLS } from './freshness-without-polls.ts'
export {
  computeCallSeconds,
  buildFreshness,
  combineFreshness,
  isRefused,
  getLastGoodTime,
  judgePollFreshness,
  pickPollsOfKinds,
  findSupportingPolls,
  readSources,
} from './freshness.ts'
export { TooManyQuestionsError } from './gate.ts'
export { queueAsHeavy, getHeavyQueryQueue } from './heavy-questions.ts'
export { withTimeLimit } from './time-limit.ts'
export { readLearnedSites } from './learned-sites.ts'
export { encodeWithSchema } from './encoded.ts'
export { removeDuplicateGaps, pickLongestGaps, limitListedGaps } from './listed-gaps.ts'
export { announceAccess, announceChange } from './live/announce-change.ts'
export { createChangeFilter } from './live/change-filter.ts'
export { createEventStream } from './live/event-stream.ts'
export { CHANGES_CHANNEL, removeHubForTests, getProcessHub } from './live/process-hub.ts'
export { startStreaming } from './live/stream-with-process.ts'
export {
  toPeriodOutage,
  listOutageEvents,
  findUnseenSessionTimes,
  findUnseenSpansByScope,
  listMaintenancePeriods,
} from './sessions/outage-periods.ts'
export { intersectUnseenTimes } from './sessions/outage-periods.ts'
export type { Period } from '#lib/history/index.ts'
export { FOREIGN_CURSOR_FAULT, pickPageOfList } from './paging.ts'
export { removeUnprovenFalls } from './sessions/proven-falls.ts'
export { resolvePinnedRange } from './range-cursor.ts'
export { limitAsOfToReplica, readQuestionsKnownUntil } from './replica.ts'
export {
  assertWithinHistory,
  assertPastWithinHistory,
  getHistoryRetentionMs,
  resolveKeptRange,
  getSampleRetentionMs,
} from './retention.ts'
export { listEstateLinks, joinRouterSessions } from './sessions/router-joins.ts'
export {
  decodeArmIdSlashes,
  findResource,
  resolveCircuit,
  resolveEventScope,
  resolveResource,
  resolveScope,
} from './scope.ts'
export { findOthersPaths, type OthersPaths, bindScopeToConnection, maskOthersPathNames } from './scoped/others-paths.ts'
export {
  readOwningCustomers,
  narrowScope,
  openScopedReader,
  createScopedReading,
  limitToScope,
} from './scoped/reader-of.ts'
export { maskOthersNames } from './scoped/without-others.ts'
export {
  findCustomerSession,
  findSessionFallTime,
  isLinkDisabled,
  isPeeringDisabled,
  isSameIgnoringCase,
  judgeStoredSession,
} from './sessions/session-facts.ts'
export {
  findLearningNeighbors,
  buildMappingKey,
  groupMseeNeighbors,
  readMappings,
  type NeighborMappings,
} from './sessions/session-mapping.ts'
export { type CarrierLink, findRouteCarrier, findMappedPath, readCarrierLinks } from './route-carriers.ts'
export { measureRangeMs, chooseStepOfRange, type StepRules } from './step-of-range.ts'
export { readThresholdsInForce } from './thresholds-in-force.ts'
export {
  getCircuitLinks,
  listCircuitConnections,
  listGatewayConnections,
  findCircuitLocation,
  listCircuitHubConnections,
  listGatewayHubConnections,
  findMainLink,
  expandByPeering,
  selectPeering,
  readTopology,
  judgeGatewayResiliency,
  type CircuitResource,
  type GatewayResource,
  type Topology,
} from './topology.ts'
export { isStartObserved, formatIso, convertBoundsToIso, formatIsoOrNull } from './wire.ts'
export { wrapWithoutPolls } from './about-no-poll.ts'
export {
  type CapabilityAnswer,
  type CapabilityRequest,
  type CallApiInProcess,
  callApiInProcess,
  type CommandAudit,
  type Capability,
  defineCapability,
  type CommandScope,
  type JobContext,
  type Offers,
  type CommandRequest,
  type NonJsonEndpointHandler,
  mergeCapabilities,
  type Work,
} from './capability.ts'
export { runCommandInScope } from './command-scope.ts'
