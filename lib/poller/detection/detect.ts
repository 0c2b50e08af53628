import { onlyTags } from '#lib/azure/config/index.ts'
import {
  type Change,
  type DetectedEvent,
  type Observation,
  type PollMark,
  type SilentSession,
} from '#lib/contract/index.ts'
import {
  baselineFor,
  bringsRoutes,
  countsBytes,
  type DetectionState,
  foldGroup,
  foldPoll,
  type FoldedGroup,
  type GroupPoll,
  type GroupState,
  isNews,
  isQuiet,
  needsMemory,
  type Probed,
  probedFor,
  type Readings,
  readingsOf,
  readScope,
  readsFor,
  readState,
  samePlain,
  sharedScopes,
  type Signal,
  snapshotAtIn,
  type Topology,
} from '#lib/detection/index.ts'
import type { ScopeRequest, StoredScope } from '#lib/history/index.ts'
import { affectedGroups } from './affected-groups.ts'
import { execute, type Readers, readersOf } from './execute-reads.ts'
import { AS_SHIPPED, type DetectionStore, type SettingsInForce } from './store.ts'
import { aloneGroup, type TopologyCache } from './topology-cache.ts'
import type { TopologyGroup } from './types.ts'

export interface DetectionRecording {
  sourceId: number
  mark: PollMark
  changes: readonly Change[]
  silentSessions?: readonly SilentSession[]
  observation: Observation
  /** kind `summary`: the MSEE's address in a session with this neighbor */
  localAddress: (neighbor: string) => string
  /** the configured interval of the poll */
  everyMs: number
  /** null = only what the source reports by itself is detected */
  book: TopologyCache | null
}

/**
 * Folds a recorded poll, in the transaction that recorded it: first into what is known of its source, then, if that reported
 * anything or something waits for time to pass, into what is known of the group that the source belongs to.
 * @returns the events that are new or in a later version
 */
export async function detect(store: DetectionStore, recording: DetectionRecording): Promise<DetectedEvent[]> {
  const { sourceId, mark, changes, observation, book, everyMs } = recording
  // other processes learn of it when they read the estate again
  if (book && isNewOfConnection(recording))
    await book.reported(store, mark.scope, weightIn(observation), mark.finishedAt)
  const { topology } = book ? await book.groupOf(store, mark.scope, mark.finishedAt) : aloneGroup(mark.scope)
  if (isQuiet(mark, changes, observation, topology)) return []
  const before = needsMemory(mark, changes) ? readState(await store.loadState(sourceId)) : null
  const { settings, version } = book ? await book.settings(store, mark.finishedAt) : AS_SHIPPED
  const readers = book && readersOf(store, book, mark.finishedAt)
  const readings = readers ? await readingsFor(readers, recording, topology) : {}
  const { state, events, signals } = foldPoll(before, mark, changes.map(withTagsOnly), readings, settings)
  if (before && state !== before) await store.saveState(sourceId, state satisfies DetectionState)
  if (!book || !readers) {
    await store.saveEvents(sourceId, events, version)
    return events
  }
  const probed = await execute(readers, (answers) => probedFor(signals, answers))
  const affected = withOwn(await affectedGroups(store, mark, book, signals, probed), mark, events)
  const scopes = [...new Set(affected.flatMap((group) => group.scopes))]
  const snapshots = affected.filter(
    (group) => bringsRoutes(mark) && book.isSnapshotDue(group, mark.finishedAt, settings),
  )
  if (
    events.length === 0 &&
    !signals.some(isNews) &&
    snapshots.length === 0 &&
    !(await store.isRecheckDue(scopes.map((scope) => askedOf(scope, mark, signals))))
  )
    return []
  const shared = sharedScopes(signals)
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
    if (maySnapshot) book.noteSnapshot(group, snapshotAtIn(group.topology, folded.state) ?? mark.finishedAt)
    if (group.topology.former) book.forgetMappings()
    written.push(...folded.events)
  }
  return written
}

/**
 * Folds the group of a circuit or gateway although no poll ended: a router has reported something of it. Nothing counts as read.
 * @param mark of a poll that did not take place
 * @returns the events that are new or in a later version
 */
export async function detectReported(
  store: DetectionStore,
  book: TopologyCache,
  { mark, everyMs }: Pick<DetectionRecording, 'mark' | 'everyMs'>,
): Promise<DetectedEvent[]> {
  const listed = await book.groupOf(store, mark.scope, mark.finishedAt)
  const inForce = await book.settings(store, mark.finishedAt)
  const stored = new Map(await store.loadScopes(listed.scopes))
  const group = await withNamed(store, listed, stored)
  const known = knownOf(group.scopes, stored)
  const own = { mark, everyMs, signals: [], events: [], probed: {} }
  const readers = readersOf(store, book, mark.finishedAt)
  return (await foldOne(store, readers, group, { known, own, maySnapshot: false, inForce })).events
}

/**
 * Adds the scopes under which findings of a group that still wait will be reported. A circuit whose connection was removed meanwhile is in
 * another group, and its state would be replaced by an empty one.
 * @param stored states of the group's scopes; the added ones are loaded into it
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
  Object.fromEntries(scopes.map((scope) => [scope, readScope(stored.get(scope) ?? null)]))

interface OneFold {
  known: GroupState
  own: Pick<GroupPoll, 'mark' | 'everyMs' | 'signals' | 'events'> & { probed: Probed }
  maySnapshot: boolean
  inForce: SettingsInForce
}

/** Reads what the fold of a group needs beside the poll, folds it and saves what that leaves. */
async function foldOne(
  store: DetectionStore,
  readers: Readers,
  { topology, scopes }: TopologyGroup,
  { known, own, maySnapshot, inForce: { settings, version } }: OneFold,
): Promise<FoldedGroup> {
  const poll: GroupPoll = { ...own, topology, scopes, state: known, settings, maySnapshot }
  const read = await execute(readers, (answers) => readsFor(poll, answers))
  const input = { ...own, ...read.reads, scopeOfResource: store.shortIdOf }
  const folded = foldGroup(known, read.topology, input, settings)
  const { changed, others } = foldedScopes(folded, known)
  await store.saveScopes(changed)
  await store.saveRechecks(others)
  await store.saveEvents(own.mark.sourceId, folded.events, version)
  await store.saveIncidents(folded.incidents)
  return folded
}

const isNewOfConnection = ({ mark, changes }: DetectionRecording): boolean =>
  mark.kind === 'connection' &&
  mark.subresource === '' &&
  changes.some(({ type }) => type === 'config' || type === 'outcome')

const weightIn = (observation: Observation): number | null | undefined =>
  observation.kind === 'connection' ? observation.rows[0]?.routingWeight : undefined

/**
 * What a fold left of its scopes: the states that differ, and of all others when they must be folded again. That may rest on
 * another scope, so it differs where a state does not.
 */
export function foldedScopes({ state, recheckAt, awaits }: FoldedGroup, before: GroupState) {
  const scopes = Object.entries(state).map(
    ([scope, now]): StoredScope => ({
      scope,
      state: now,
      recheckAt: recheckAt[scope] ?? null,
      awaits: awaits[scope] ?? [],
    }),
  )
  const changed = scopes.filter((one) => !samePlain(one.state, before[one.scope] ?? null))
  return { changed, others: scopes.filter((one) => !changed.includes(one)) }
}

/** What a poll brings is of its own scope, which waits for it whoever needs it. */
const askedOf = (scope: string, mark: PollMark, signals: readonly Signal[]): ScopeRequest => ({
  scope,
  at: mark.finishedAt,
  brings: scope !== mark.scope ? null : signals.some(countsBytes) ? 'bytes' : bringsRoutes(mark) ? 'routes' : null,
})

/** The fold knows none of ARM's names: whether a change is one of tags is found here. */
const withTagsOnly = (change: Change): Change =>
  change.type === 'config' && onlyTags(change.fields) ? { ...change, tagsOnly: true } : change

/** The rows of a source are shown to detection only where somebody listens; with what the past says of its traffic. */
async function readingsFor(
  readers: Readers,
  { mark, observation, localAddress, silentSessions, everyMs }: DetectionRecording,
  topology: Topology,
): Promise<Readings> {
  const baseline = await execute(readers, (answers) => baselineFor(mark, topology, answers))
  // tables are counted when a fold asks, so what they are is added to and not copied
  return Object.assign(readingsOf(observation, localAddress, silentSessions), {
    polled: { everyMs, error: observation.error },
    ...(baseline && { baseline }),
  })
}

/** What a subscription's polls say of themselves belongs to no group but its own. */
function withOwn(groups: TopologyGroup[], { scope }: PollMark, events: readonly DetectedEvent[]): TopologyGroup[] {
  const isThere = events.length === 0 || groups.some(({ scopes }) => scopes.includes(scope))
  return isThere ? groups : [...groups, aloneGroup(scope)]
}
