import type { DetectedEvent } from '#lib/contract/index.ts'
import {
  getReplacedErrorClasses,
  type CollectorRuleInput,
  type GroupState,
  applyWatchdogTick,
  type GroupDetectionResult,
  parseResourceState,
} from '#lib/detection/index.ts'
import { findChangedResources } from '../detection/run-detection.ts'
import type { DetectionStore, VersionedDetectionSettings } from '../detection/detection-store.ts'

/** Time between two runs of the watchdog, milliseconds. Missing data is reported at most this late. */
export const WATCHDOG_INTERVAL_MS = 10_000

/** Input of one run of the watchdog. */
interface TickFacts {
  facts: CollectorRuleInput
  /** Source ids by scope, for Peerwatch itself (the collector) and for every subscription. */
  sourceOf: ReadonlyMap<string, number>
  /** Events about Peerwatch that this process observed itself, for example that its clock was set. */
  given: readonly DetectedEvent[]
}

/** Evaluates one run of the watchdog with a given store, and stores the result. */
export async function evaluateWatchdogTick(
  store: DetectionStore,
  { facts, sourceOf, given }: TickFacts,
  { settings, version }: VersionedDetectionSettings,
): Promise<GroupDetectionResult> {
  const before = await loadGroupState(store, [...sourceOf.keys()])
  const collectorId = sourceOf.get(facts.collector) ?? 0
  const folded = applyWatchdogTick(before, facts, { sourceId: collectorId, given }, settings)
  await saveWatchdogResults(store, before, folded, (event) => sourceOf.get(event.scope) ?? collectorId, version)
  return folded
}

/**
 * Returns the subscriptions whose polls fail for one common cause: the event of the cause, and the classes of errors
 * that belong to it (null = all).
 */
export function listDegradedSubscriptions(
  state: GroupState,
): { subscription: string; key: string; classes: string[] | null }[] {
  return listLiveEventsOfState(state).flatMap((event) => {
    const { kind, scope, key, ended } = event
    const isDegraded = kind === 'collector_degraded' && ended === null
    return isDegraded ? [{ subscription: scope, key, classes: getReplacedErrorClasses(event) }] : []
  })
}

/** Returns all live events in the stored states, that is, the events that detection has not completed yet. */
export const listLiveEventsOfState = (state: GroupState): DetectedEvent[] =>
  Object.values(state).flatMap(({ live }) => Object.values(live).map(({ event }) => event))

/** Returns detection's stored state of each scope; a scope without one has an empty state. */
export async function loadGroupState(store: DetectionStore, scopes: readonly string[]): Promise<GroupState> {
  const stored = await store.loadScopes(scopes)
  return Object.fromEntries(scopes.map((scope) => [scope, parseResourceState(stored.get(scope) ?? null)]))
}

/** Stores the results of a run: states, incidents and events. Each event is stored with the source that shows it. */
export async function saveWatchdogResults(
  store: DetectionStore,
  before: GroupState,
  folded: GroupDetectionResult,
  sourceOf: (event: DetectedEvent) => number,
  version: number,
): Promise<void> {
  const { events, incidents } = folded
  await store.saveScopes(findChangedResources(folded, before).changed)
  for (const [sourceId, own] of Map.groupBy(events, sourceOf)) await store.saveEvents(sourceId, own, version)
  await store.saveIncidents(incidents)
}
