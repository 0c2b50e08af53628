import type { PoolClient } from 'pg'
import { COLLECTOR_RESOURCE_ID, type DetectedEvent, type EpochMs, type StreamChange } from '#lib/contract/index.ts'
import {
  type CollectorRuleInput,
  type GroupState,
  type PeerwatchFault,
  endOpenEventsByKey,
  silencingFaultKinds,
} from '#lib/detection/index.ts'
import {
  readErrorsOfUnscheduledPolls,
  getOrCreateSourceIds,
  computeEventId,
  mergeErrorsIntoEvent,
  readNetworkFaults,
  readPolledTargets,
  computeShortId,
} from '#lib/history/index.ts'
import { CHANGES_NOTIFY_CHANNEL, sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import type { HandleChangedIncidents } from '../detection/track-changed-incidents.ts'
import {
  type DetectionStore,
  createPostgresStore,
  type VersionedDetectionSettings,
} from '../detection/detection-store.ts'
import {
  listDegradedSubscriptions,
  evaluateWatchdogTick,
  listLiveEventsOfState,
  loadGroupState,
  saveWatchdogResults,
} from './evaluate-tick.ts'

interface TickContext {
  now: EpochMs
  watchingSince: EpochMs
  lastTickAt: EpochMs | null
  /** Events about Peerwatch that this process observed itself, for example that its clock was set. */
  given: readonly DetectedEvent[]
  /** Problems that Peerwatch's self-checks found; null or absent = the self-checks did not run. */
  own?: readonly PeerwatchFault[] | null
  /**
   * Called with new or changed incidents. Incidents about missing data are left out, because the dead man's switch
   * (`evaluateNoDataAlerts` in lib/notify) sends notices about missing data.
   */
  incidentsChanged?: HandleChangedIncidents | undefined
  /**
   * Groups of connected resources. The thresholds are read again in each run, because this process gets no notification
   * of their changes.
   */
  book: TopologyCache
}

/**
 * Runs the watchdog once, in the caller's transaction. It reads the state of all polls and stores the resulting events.
 */
export async function runWatchdogTick(client: PoolClient, context: TickContext): Promise<DetectedEvent[]> {
  const { given, incidentsChanged, now, watchingSince, lastTickAt } = context
  const rows = await readPolledTargets(client)
  const subscriptions = [...new Set(rows.map(({ subscriptionResource }) => subscriptionResource))].toSorted()
  const resources = [COLLECTOR_RESOURCE_ID, ...subscriptions]
  const ids = await getOrCreateSourceIds(
    client,
    resources.map((resourceId) => ({ resourceId, subresource: '' })),
  )
  const sourceOf = new Map(resources.map((resourceId, n) => [computeShortId(resourceId), ids[n] ?? 0]))
  const store = createPostgresStore(client)
  const inForce = await store.settings()
  const faults = await readNetworkFaults(client, silencingFaultKinds)
  const collector = computeShortId(COLLECTOR_RESOURCE_ID)
  const facts: CollectorRuleInput = {
    now,
    watchingSince,
    lastTickAt,
    collector,
    targets: rows,
    faults,
    own: context.own ?? null,
  }
  const collectorId = sourceOf.get(facts.collector) ?? 0
  const folded = await evaluateWatchdogTick(store, { facts, sourceOf, given }, inForce)
  for (const { subscription, key, classes } of listDegradedSubscriptions(folded.state)) {
    const resource = subscriptions.find((resourceId) => computeShortId(resourceId) === subscription)
    if (resource) await mergeErrorsIntoEvent(client, resource, computeEventId(key), classes)
  }
  const raised = [...folded.events, ...(await endDropped(client, store, context, { collectorId, inForce }))]
  const notSilence = folded.incidents.filter(({ root }) => kindOf(folded.state, root) !== 'nothing_polled')
  const changed = notSilence.map(({ key }) => computeEventId(key))
  if (changed.length > 0) await incidentsChanged?.(client, changed, now)
  if (raised.length > 0) {
    const change: StreamChange = {
      topics: ['events', 'overview', 'sources'],
      scope: null,
      at: new Date(now).toISOString(),
    }
    await sendMessageToPostgresChannel(client, CHANGES_NOTIFY_CHANNEL, JSON.stringify(change))
  }
  return raised
}

const kindOf = (state: GroupState, key: string) =>
  listLiveEventsOfState(state).find((event) => event.key === key)?.kind ?? null

/**
 * Ends the errors of polls that are not scheduled any more, because such a poll will not run again, so that no success
 * could end its error.
 */
async function endDropped(
  client: PoolClient,
  store: DetectionStore,
  { now, book }: TickContext,
  { collectorId, inForce }: { collectorId: number; inForce: VersionedDetectionSettings },
): Promise<DetectedEvent[]> {
  const dropped = await readErrorsOfUnscheduledPolls(client)
  const ended: DetectedEvent[] = []
  for (const [scope, own] of Map.groupBy(dropped, (error) => error.scope)) {
    const { scopes, topology } = await book.groupOf(store, scope, now)
    const before = await loadGroupState(store, scopes)
    const keys = new Set(own.map(({ key }) => key))
    const folded = endOpenEventsByKey(before, topology, keys, { scope, now }, inForce.settings)
    // events stay under the source that first showed them
    await saveWatchdogResults(store, before, folded, () => collectorId, inForce.version)
    ended.push(...folded.events)
  }
  return ended
}
