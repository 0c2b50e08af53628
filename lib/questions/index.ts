export { runAsActor, getActorName } from './actor.ts'
export { runQueryAsOfMoment, createDatabaseReaderAsOfMoment } from './scoped/as-of-moment.ts'
export {
  STATEMENT_TIME_LIMIT_MS,
  MAX_CONNECTION_WAIT_MS,
  getDatabaseForUse,
  getDatabasesInUse,
  getReadingDatabase,
  overrideDatabaseUrl,
  replaceDatabaseForTests,
  getWritableDatabase,
} from './connection.ts'
export {
  createRangeResponse,
  readPollCoverageAtMoment,
  readCoverageBetween,
  readCoverageOfResources,
  type PollCoverageOfRange,
} from './range-coverage.ts'
export { getSqlExecutor, type ReadableDatabase } from './db.ts'
export { ConflictError, InvalidRequestError, LimitError, NotFoundError, WholeDeploymentError } from './errors.ts'
export { buildAgeWithoutPolls, FRESH_WITHOUT_POLLS } from './freshness-without-polls.ts'
export {
  computeCallSeconds,
  buildFreshnessFields,
  combinePollFreshness,
  findPollsStoppedAtForReader,
  isPollRefused,
  findNotPolledSince,
  getLastGoodTime,
  hasCurrentSessions,
  judgePollFreshness,
  pickPollsOfKinds,
  findSupportingPolls,
  readSources,
} from './freshness.ts'
export { TooManyQueriesError } from './query-queue.ts'
export { queueAsHeavy, getHeavyQueryQueue } from './heavy-queries.ts'
export { withTimeLimit } from './time-limit.ts'
export { readLearnedSites } from './learned-sites.ts'
export { encodeWithSchema } from './encode-with-schema.ts'
export { removeDuplicateGaps, pickLongestGaps, limitListedGaps } from './listed-gaps.ts'
export { publishAccessChange, announceStreamChange } from './live/announce-change.ts'
export { createChangeFilter } from './live/change-filter.ts'
export { createEventStream } from './live/event-stream.ts'
export { CHANGES_CHANNEL, removeHubForTests, getProcessHub } from './live/process-hub.ts'
export { startStreaming } from './live/stream-with-process.ts'
export { addProvenUntil, findProvenUntil } from './event-sources.ts'
export {
  toPeriodOutage,
  listOutageEvents,
  findUnpolledSessionTimes,
  findUnpolledTimesByResource,
  listMaintenancePeriods,
} from './sessions/outage-periods.ts'
export { intersectUnpolledTimes } from './sessions/outage-periods.ts'
export type { Period } from '#lib/history/index.ts'
export { FOREIGN_CURSOR_FAULT, pickPageOfList } from './paging.ts'
export { removeUnprovenSessionFalls } from './sessions/proven-session-falls.ts'
export { resolvePinnedRange } from './range-cursor.ts'
export { limitAsOfToReplica, readQuestionsKnownUntil } from './replica.ts'
export {
  assertMomentWithinHistory,
  assertPastWithinHistory,
  getHistoryRetentionMs,
  resolveRangeWithinHistory,
  getSampleRetentionMs,
} from './retention.ts'
export { listPeeringLinksOfTopology, matchRouterSessions } from './sessions/router-session-matches.ts'
export {
  decodeArmIdSlashes,
  findResourceByIdOrName,
  resolveCircuit,
  resolveEventResourceId,
  resolveResource,
  resolveResourceId,
} from './resolve-scope.ts'
export {
  findOtherCustomersPaths,
  type OtherCustomersPaths,
  bindAccessScopeToConnection,
  maskOtherCustomersPathNames,
} from './scoped/other-customers-paths.ts'
export {
  readOwningCustomers,
  narrowAccessScope,
  openScopedReader,
  createScopedReaders,
  limitToAccessScope,
} from './scoped/scoped-reader.ts'
export { maskOtherCustomersNames } from './scoped/other-customers-names.ts'
export {
  findCustomerSession,
  findSessionFallTime,
  isPathLinkDisabled,
  isPeeringDisabled,
  isSameIgnoringCase,
  judgeStoredSession,
} from './sessions/session-facts.ts'
export {
  findLearningNeighbors,
  buildNeighborMappingKey,
  groupMseeNeighbors,
  readNeighborCircuitPathsAtMoment,
  type NeighborMappings,
} from './sessions/session-mapping.ts'
export {
  type ConnectionCircuitLink,
  findCarryingConnection,
  findMappedPath,
  readConnectionCircuitLinks,
} from './carrying-connection.ts'
export { measureRangeMs, chooseStepOfRange, type RangeStepRules } from './step-of-range.ts'
export { readThresholdsInForce } from './thresholds-in-force.ts'
export {
  getCircuitLinks,
  listCircuitConnections,
  listCircuitGateways,
  listGatewayConnections,
  findCircuitLocation,
  listCircuitHubConnections,
  listGatewayHubConnections,
  findMainLinkOfPath,
  expandByPeering,
  selectCircuitPeering,
  readTopology,
  judgeGatewayResiliency,
  type CircuitResource,
  type GatewayResource,
  type EstateTopology,
} from './topology.ts'
export { isStartObserved, formatIso, convertBoundsToIso, formatIsoOrNull } from './iso-times.ts'
export { wrapResponseWithoutPolls } from './answer-without-polls.ts'
export {
  type ApiEndpointHandler,
  type ApiEndpointRequest,
  type CallApiInProcess,
  callApiInProcess,
  type CommandAuditContent,
  type FeatureCapability,
  defineFeatureCapability,
  type CommandAccessScope,
  type JobContext,
  type CrossFeatureFunctions,
  type ApiCommandInput,
  type NonJsonEndpointHandler,
  mergeFeatureCapabilities,
  type ApiCommandImplementation,
} from './capability.ts'
export { runCommandInAccessScope } from './command-scope.ts'
