import { hasOnlyTagChanges } from '#lib/azure/config/index.ts'
import {
  type ObservedChange,
  type DetectedEvent,
  type PollObservation,
  type PollRecord,
  type SessionWithoutMessages,
} from '#lib/contract/index.ts'
import {
  planBaselineReads,
  hasReadCurrentRoutes,
  hasTrafficCounters,
  type SourceDetectionState,
  runGroupDetection,
  applyPollToDetectionState,
  type GroupDetectionResult,
  type GroupPollEvaluationInput,
  type GroupState,
  isStateChangeSignal,
  canSkipEvaluation,
  isSourceStateNeeded,
  type ResourcesByProbedAddress,
  planProbedResourceReads,
  type ExtraDataOfGoodPoll,
  extractPollReadings,
  parseResourceState,
  planGroupReads,
  parseSourceDetectionState,
  isEqualPlainJson,
  getExtraResourceIds,
  type PollSignal,
  getRouteSnapshotTime,
  type GroupTopology,
} from '#lib/detection/index.ts'
import type { ResourceStateRequest, StoredResourceState } from '#lib/history/index.ts'
import { findAffectedGroups } from './affected-groups.ts'
import { executeReadPlan, type DetectionReadFunctions, createDetectionReaders } from './execute-reads.ts'
import { DEFAULT_SETTINGS, type DetectionStore, type VersionedDetectionSettings } from './detection-store.ts'
import { buildSubscriptionId } from '../plan/plan-polls.ts'
import { createSingleResourceGroup, type TopologyCache } from './topology-cache.ts'
import type { TopologyGroup } from './types.ts'

export interface RecordedPollForDetection {
  sourceId: number
  mark: PollRecord
  changes: readonly ObservedChange[]
  silentSessions?: readonly SessionWithoutMessages[]
  observation: PollObservation
  /**
   * Returns the address of the Microsoft edge router (MSEE) in its session with a neighbor. It is needed for polls of
   * the kind `summary`, whose rows do not contain this address.
   */
  localAddress: (neighbor: string) => string
  /** Configured interval of the poll, milliseconds. */
  everyMs: number
  /** Cached groups of connected resources; null = detect only problems that the poll of this source shows alone. */
  book: TopologyCache | null
}

/**
 * Runs detection for a poll, in the transaction that wrote it to history. First it updates the state of the source. It
 * updates the state of the source's group (connected resources that are evaluated together) only if the poll shows
 * something that matters for the group, or if a rule requested an evaluation at this time.
 * @returns events that are new or changed
 */
export async function runDetection(
  store: DetectionStore,
  recording: RecordedPollForDetection,
): Promise<DetectedEvent[]> {
  const { sourceId, mark, changes, observation, book, everyMs } = recording
  // other processes find this change when their cached estate expires
  if (book && isNewOfConnection(recording))
    await book.reported(store, mark.scope, weightIn(observation), mark.finishedAt)
  const { topology } = book
    ? await book.groupOf(store, mark.scope, mark.finishedAt)
    : createSingleResourceGroup(mark.scope)
  if (canSkipEvaluation(mark, changes, observation, topology)) return []
  const before = isSourceStateNeeded(mark, changes) ? parseSourceDetectionState(await store.loadState(sourceId)) : null
  const { settings, version } = book ? await book.settings(store, mark.finishedAt) : DEFAULT_SETTINGS
  const readers = book && createDetectionReaders(store, book, mark.finishedAt)
  const readings = readers ? await readingsFor(readers, recording, topology) : {}
  const { state, events, signals } = applyPollToDetectionState(
    before,
    mark,
    changes.map(withTagsOnly),
    readings,
    settings,
  )
  if (before && state !== before) await store.saveState(sourceId, state satisfies SourceDetectionState)
  if (!book || !readers) {
    await store.saveEvents(sourceId, events, version)
    return events
  }
  const probed = await executeReadPlan(readers, (answers) => planProbedResourceReads(signals, answers))
  const affected = withOwn(await findAffectedGroups(store, mark, book, signals, probed), mark, events)
  const scopes = [...new Set(affected.flatMap((group) => group.scopes))]
  const snapshots = affected.filter(
    (group) => hasReadCurrentRoutes(mark) && book.isSnapshotDue(group, mark.finishedAt, settings),
  )
  if (
    events.length === 0 &&
    !signals.some(isStateChangeSignal) &&
    snapshots.length === 0 &&
    !(await store.isRecheckDue(scopes.map((scope) => askedOf(scope, mark, signals))))
  )
    return []
  const shared = getExtraResourceIds(signals)
  const stored = new Map(await store.loadScopes([...scopes, ...shared]))
  const written: DetectedEvent[] = []
  for (const group of affected) {
    const own = await withNamed(store, group, stored)
    const known = knownOf([...own.scopes, ...shared], stored)
    const poll = { mark, everyMs, signals, events: mark.scope in known ? events : [], probed }
    const maySnapshot = snapshots.includes(group)
    const inForce = { settings, version }
    const folded = await foldOne(store, readers, own, { known, own: poll, maySnapshot, inForce })
    for (const [scope, state] of Object.entries(folded.state)) stored.set(scope, state)
    if (maySnapshot) book.noteSnapshot(group, getRouteSnapshotTime(group.topology, folded.state) ?? mark.finishedAt)
    if (group.topology.former) book.forgetMappings()
    written.push(...folded.events)
  }
  return written
}

/**
 * Runs detection for a circuit or gateway after a customer's router reported something about it. No source of Azure's
 * data counts as polled by this.
 * @param mark record of a poll that did not take place; it contains the time and the scope of the evaluation
 * @returns events that are new or changed
 */
export async function detectAfterRouterReport(
  store: DetectionStore,
  book: TopologyCache,
  { mark, everyMs }: Pick<RecordedPollForDetection, 'mark' | 'everyMs'>,
): Promise<DetectedEvent[]> {
  const listed = await book.groupOf(store, mark.scope, mark.finishedAt)
  const inForce = await book.settings(store, mark.finishedAt)
  const stored = new Map(await store.loadScopes(listed.scopes))
  const group = await withNamed(store, listed, stored)
  const known = knownOf(group.scopes, stored)
  const own = { mark, everyMs, signals: [], events: [], probed: {} }
  const readers = createDetectionReaders(store, book, mark.finishedAt)
  return (await foldOne(store, readers, group, { known, own, maySnapshot: false, inForce })).events
}

/**
 * Adds to a group the scopes about which it still has findings to report. For example, a circuit whose connection was
 * removed already belongs to another group when the finding about it is reported. If its scope were not added, its
 * stored state would be replaced by an empty state.
 * @param stored stored states by scope; the states of the added scopes are read and added to it
 */
async function withNamed(
  store: DetectionStore,
  group: TopologyGroup,
  stored: Map<string, unknown>,
): Promise<TopologyGroup> {
  const states = Object.values(knownOf(group.scopes, stored))
  const named = states.flatMap(({ pending, withheld = [] }) => [
    ...pending.flatMap(({ name }) => name?.scope ?? []),
    ...withheld.map(({ scope }) => scope),
  ])
  const added = [...new Set(named)].filter((scope) => !group.scopes.includes(scope))
  if (added.length === 0) return group
  const missing = added.filter((scope) => !stored.has(scope))
  for (const [scope, state] of await store.loadScopes(missing)) stored.set(scope, state)
  return { ...group, scopes: [...group.scopes, ...added].toSorted() }
}

const knownOf = (scopes: readonly string[], stored: ReadonlyMap<string, unknown>): GroupState =>
  Object.fromEntries(scopes.map((scope) => [scope, parseResourceState(stored.get(scope) ?? null)]))

interface OneFold {
  known: GroupState
  own: Pick<GroupPollEvaluationInput, 'mark' | 'everyMs' | 'signals' | 'events'> & { probed: ResourcesByProbedAddress }
  maySnapshot: boolean
  inForce: VersionedDetectionSettings
}

/** Reads the additional data that detection needs for a group, evaluates the group and stores the result. */
async function foldOne(
  store: DetectionStore,
  readers: DetectionReadFunctions,
  { topology, scopes, subscriptions = [] }: TopologyGroup,
  { known, own, maySnapshot, inForce: { settings, version } }: OneFold,
): Promise<GroupDetectionResult> {
  const lists = subscriptions.map((id) => store.shortIdOf(buildSubscriptionId(id)))
  const poll: GroupPollEvaluationInput = { ...own, topology, scopes, lists, state: known, settings, maySnapshot }
  const read = await executeReadPlan(readers, (answers) => planGroupReads(poll, answers))
  const input = { ...own, ...read.reads, scopeOfResource: store.shortIdOf }
  const folded = runGroupDetection(known, read.topology, input, settings)
  const { changed, others } = findChangedResources(folded, known)
  await store.saveScopes(changed)
  await store.saveRechecks(others)
  await store.saveEvents(own.mark.sourceId, folded.events, version)
  await store.saveIncidents(folded.incidents)
  return folded
}

const isNewOfConnection = ({ mark, changes }: RecordedPollForDetection): boolean =>
  mark.kind === 'connection' &&
  mark.subresource === '' &&
  changes.some(({ type }) => type === 'config' || type === 'outcome')

const weightIn = (observation: PollObservation): number | null | undefined =>
  observation.kind === 'connection' ? observation.rows[0]?.routingWeight : undefined

/**
 * Returns the scopes of a group whose state changed, and the others with the time of their next evaluation. That time
 * may change while the state does not, because it may depend on another scope.
 */
export function findChangedResources({ state, recheckAt, awaits }: GroupDetectionResult, before: GroupState) {
  const scopes = Object.entries(state).map(
    ([scope, now]): StoredResourceState => ({
      scope,
      state: now,
      recheckAt: recheckAt[scope] ?? null,
      awaits: awaits[scope] ?? [],
    }),
  )
  const changed = scopes.filter((one) => !isEqualPlainJson(one.state, before[one.scope] ?? null))
  return { changed, others: scopes.filter((one) => !changed.includes(one)) }
}

/**
 * Returns a query: must this scope be evaluated again because of this poll? The kind of data that the poll read
 * (`brings`: routes or bytes) is stated only for the polled scope. If another scope of the group waits for such data,
 * this is stored in the state of the polled scope.
 */
const askedOf = (scope: string, mark: PollRecord, signals: readonly PollSignal[]): ResourceStateRequest => ({
  scope,
  at: mark.finishedAt,
  brings:
    scope !== mark.scope
      ? null
      : signals.some(hasTrafficCounters)
        ? 'bytes'
        : hasReadCurrentRoutes(mark)
          ? 'routes'
          : null,
})

/**
 * Marks a change of a resource that affects only its tags. Detection cannot recognize it, because it does not know the
 * field names of ARM.
 */
const withTagsOnly = (change: ObservedChange): ObservedChange =>
  change.type === 'config' && hasOnlyTagChanges(change.fields) ? { ...change, tagsOnly: true } : change

/** Builds the values of a poll that detection uses, with the usual traffic of the polled circuit. */
async function readingsFor(
  readers: DetectionReadFunctions,
  { mark, observation, localAddress, silentSessions, everyMs }: RecordedPollForDetection,
  topology: GroupTopology,
): Promise<ExtraDataOfGoodPoll> {
  const baseline = await executeReadPlan(readers, (answers) => planBaselineReads(mark, topology, answers))
  // extend the object and do not copy it, because some of its values are computed only when they are read
  return Object.assign(extractPollReadings(observation, localAddress, silentSessions), {
    polled: { everyMs, error: observation.error },
    ...(baseline && { baseline }),
  })
}

/** Adds a group for the subscription itself if its polls have events, because a subscription belongs to no group. */
function withOwn(groups: TopologyGroup[], { scope }: PollRecord, events: readonly DetectedEvent[]): TopologyGroup[] {
  const isThere = events.length === 0 || groups.some(({ scopes }) => scopes.includes(scope))
  return isThere ? groups : [...groups, createSingleResourceGroup(scope)]
}
