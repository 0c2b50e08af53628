import type { DetectedEvent } from '#lib/contract/index.ts'
import {
  classesOfErrors,
  type CollectorFacts,
  type GroupState,
  foldWatchdog,
  type FoldedGroup,
  readScope,
} from '#lib/detection/index.ts'
import { changedScopes } from '../detection/detect.ts'
import type { DetectionStore, SettingsInForce } from '../detection/store.ts'

/**
 * Time between two ticks in milliseconds. Each tick is one query of the schedule. Missing data is reported no later
 * than this time after its limit.
 */
export const WATCHDOG_INTERVAL_MS = 10_000

/** The data of a tick, and the sources under which its events are stored. */
interface TickFacts {
  facts: CollectorFacts
  /** source IDs by scope, for the collector and every subscription in the facts */
  sourceOf: ReadonlyMap<string, number>
  /** events about the collector that the process of this tick observed itself, such as steps of its clock */
  given: readonly DetectedEvent[]
}

/** Runs detection for one tick with any kind of store, and saves the result. */
export async function foldTick(
  store: DetectionStore,
  { facts, sourceOf, given }: TickFacts,
  { settings, version }: SettingsInForce,
): Promise<FoldedGroup> {
  const before = await loadScopes(store, [...sourceOf.keys()])
  const collectorId = sourceOf.get(facts.collector) ?? 0
  const folded = foldWatchdog(before, facts, { sourceId: collectorId, given }, settings)
  await saveFolded(store, before, folded, (event) => sourceOf.get(event.scope) ?? collectorId, version)
  return folded
}

/**
 * Returns the subscriptions whose polls fail for a common cause, with the event of that cause and the error classes
 * that belong to it.
 */
export function degradedIn(state: GroupState): { subscription: string; key: string; classes: string[] | null }[] {
  return liveIn(state).flatMap((event) => {
    const { kind, scope, key, ended } = event
    const isDegraded = kind === 'collector_degraded' && ended === null
    return isDegraded ? [{ subscription: scope, key, classes: classesOfErrors(event) }] : []
  })
}

/** Returns all live events of a state. */
export const liveIn = (state: GroupState): DetectedEvent[] =>
  Object.values(state).flatMap(({ live }) => Object.values(live).map(({ event }) => event))

/** Returns detection's state of scopes; an empty state if it is not stored. */
export async function loadScopes(store: DetectionStore, scopes: readonly string[]): Promise<GroupState> {
  const stored = await store.loadScopes(scopes)
  return Object.fromEntries(scopes.map((scope) => [scope, readScope(stored.get(scope) ?? null)]))
}

/** Saves the results of a tick: states, incidents, and events under the source that proves each. */
export async function saveFolded(
  store: DetectionStore,
  before: GroupState,
  folded: FoldedGroup,
  sourceOf: (event: DetectedEvent) => number,
  version: number,
): Promise<void> {
  const { events, incidents } = folded
  await store.saveScopes(changedScopes(folded, before).changed)
  for (const [sourceId, own] of Map.groupBy(events, sourceOf)) await store.saveEvents(sourceId, own, version)
  await store.saveIncidents(incidents)
}
