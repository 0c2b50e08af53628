import type { DetectedEvent } from '#lib/contract/index.ts'
import {
  classesOfErrors,
  type CollectorFacts,
  type GroupState,
  foldWatchdog,
  type FoldedGroup,
  readScope,
} from '#lib/detection/index.ts'
import { foldedScopes } from '../detection/detect.ts'
import type { DetectionStore, SettingsInForce } from '../detection/store.ts'

/** Between two ticks; each is one query over the timetable. Missing data is raised no later than this after its limit. */
export const WATCHDOG_INTERVAL_MS = 10_000

/** What a tick reads, and by which sources it is stored. */
interface TickFacts {
  facts: CollectorFacts
  /** by scope: the collector and every subscription of the facts */
  sourceOf: ReadonlyMap<string, number>
  /** what the process of the tick brings with it, about the collector */
  given: readonly DetectedEvent[]
}

/** One tick over the timetable, whatever holds detection's state: folds it, and saves what that proves. */
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

/** Returns the subscriptions of which polls fail for a shared cause, with its event and the classes of the errors that are parts of it. */
export function degradedIn(state: GroupState): { subscription: string; key: string; classes: string[] | null }[] {
  return liveIn(state).flatMap((event) => {
    const { kind, scope, key, ended } = event
    const isDegraded = kind === 'collector_degraded' && ended === null
    return isDegraded ? [{ subscription: scope, key, classes: classesOfErrors(event) }] : []
  })
}

/** Every live event of a state. */
export const liveIn = (state: GroupState): DetectedEvent[] =>
  Object.values(state).flatMap(({ live }) => Object.values(live).map(({ event }) => event))

/** What is remembered of scopes; empty where nothing is. */
export async function loadScopes(store: DetectionStore, scopes: readonly string[]): Promise<GroupState> {
  const stored = await store.loadScopes(scopes)
  return Object.fromEntries(scopes.map((scope) => [scope, readScope(stored.get(scope) ?? null)]))
}

/** Keeps what a tick changed: memory, events under the source that proves each, incidents. */
export async function saveFolded(
  store: DetectionStore,
  before: GroupState,
  folded: FoldedGroup,
  sourceOf: (event: DetectedEvent) => number,
  version: number,
): Promise<void> {
  const { events, incidents } = folded
  await store.saveScopes(foldedScopes(folded, before).changed)
  for (const [sourceId, own] of Map.groupBy(events, sourceOf)) await store.saveEvents(sourceId, own, version)
  await store.saveIncidents(incidents)
}
