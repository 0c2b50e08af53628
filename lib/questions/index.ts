export { runAsActor, actor } from './actor.ts'
export { asOfMoment, readerAt } from './scoped/as-of-moment.ts'
export {
  QUESTION_LIMIT_MS,
  QUESTION_WAIT_MS,
  databaseForUse,
  databasesInUse,
  readingDatabase,
  useDatabaseUrl,
  useReadingDatabase,
  writableDatabaseFor,
} from './connection.ts'
export { answerRange, coveredAt, coveredBetween, placesCovered, type Covered } from './covered.ts'
export { queryable, type Db } from './db.ts'
export { ConflictError, InvalidRequestError, LimitError, NotFoundError, WholeDeploymentError } from './errors.ts'
export { ageWithoutPolls, FRESH_WITHOUT_POLLS } from './freshness-without-polls.ts'
export {
  callSeconds,
  ageOf,
  freshnessOf,
  isRefused,
  lastGoodAt,
  pollFreshness,
  pollsOf,
  findSupportingPolls,
  readSources,
} from './freshness.ts'
export { TooManyQuestionsError } from './gate.ts'
export { heavy, heavyGate } from './heavy-questions.ts'
export { withTimeLimit } from './time-limit.ts'
export { readLearnedSites } from './learned-sites.ts'
export { encoded } from './encoded.ts'
export { distinctGaps, listedGaps, withListedGaps } from './listed-gaps.ts'
export { announceAccess, announceChange } from './live/announce-change.ts'
export { changeFilter } from './live/change-filter.ts'
export { eventStream } from './live/event-stream.ts'
export { CHANGES_CHANNEL, forgetProcessHub, processHub } from './live/process-hub.ts'
export { streamWithProcess } from './live/stream-with-process.ts'
export { outageOf, outagesIn, unseenSessions, unseenSpansByScope, workOn } from './sessions/outage-periods.ts'
export { unseenByAll } from './sessions/outage-periods.ts'
export type { Period } from '#lib/history/index.ts'
export { foreignCursor, pageOfList } from './paging.ts'
export { provenFalls } from './sessions/proven-falls.ts'
export { pinnedRange } from './range-cursor.ts'
export { asOfKnown, questionsKnownUntil } from './replica.ts'
export { assertKept, assertPast, historyKeptMs, keptRange, samplesKeptMs } from './retention.ts'
export { linksInEstate, routerJoins } from './sessions/router-joins.ts'
export { decoded, findResource, resolveCircuit, resolveEventScope, resolveResource, resolveScope } from './scope.ts'
export { othersPaths, type OthersPaths, scopeOnConnection, withoutOthersCarriers } from './scoped/others-paths.ts'
export { readOwningCustomers, narrowScope, readerOf, scopedReading, scopedTo } from './scoped/reader-of.ts'
export { withoutOthers } from './scoped/without-others.ts'
export {
  customerRow,
  fallOf,
  isLinkDisabled,
  isPeeringDisabled,
  isSame,
  judgeStored,
} from './sessions/session-facts.ts'
export {
  findLearningNeighbors,
  mappingKey,
  mseeNeighbors,
  readMappings,
  type Mappings,
} from './sessions/session-mapping.ts'
export { type CarrierLink, findRouteCarrier, mappedPath, readCarrierLinks } from './route-carriers.ts'
export { lengthOfRange, stepOfRange, type Steps } from './step-of-range.ts'
export { thresholdsInForce } from './thresholds-in-force.ts'
export {
  circuitLinks,
  connectionsOfCircuit,
  connectionsOfGateway,
  endsOf,
  hubConnectionsOfCircuit,
  hubConnectionsOfGateway,
  mainLink,
  onEachPeering,
  onPeering,
  readTopology,
  resiliencyOfGateway,
  type CircuitResource,
  type GatewayResource,
  type Topology,
} from './topology.ts'
export { hasBeginning, iso, isoBounds, isoOrNull } from './wire.ts'
export { aboutNoPoll } from './about-no-poll.ts'
export {
  type CapabilityAnswer,
  type CapabilityRequest,
  type CallApiInProcess,
  callApiInProcess,
  type Audited,
  type Capability,
  capability,
  type CommandScope,
  type JobContext,
  type Offers,
  type CommandRequest,
  type PlainAnswer,
  tableOf,
  type Work,
} from './capability.ts'
export { workInScope } from './command-scope.ts'
