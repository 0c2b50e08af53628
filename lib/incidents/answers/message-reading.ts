import { type EpochMs, monitoringEventKinds, type UserActionNeed, type PollKind } from '#lib/contract/index.ts'
import { listSources, type SourceStatus, type StoredEvent, type StoredIncident } from '#lib/history/index.ts'
import type { IncidentMessageReaders } from '#lib/notify/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { countIncidentRecurrences } from '../store/index.ts'
import { findUnobservedTimes } from '#lib/questions/event-sources.ts'
import { buildApiEvents } from './events.ts'
import { readIncidentImpactInputs, addIncidentTimes } from './incident-impact.ts'
import { determineIncidentPhase } from './incidents.ts'

/**
 * Returns the observed effects of one incident for a message, and the verdict whether the incident needs a person.
 * `impact` is the text of the effects without the change of traffic; null = no effect was observed.
 * @param events all events of the incident
 * @param sources polls of the root event's resource, and polls of other resources for the kinds that this resource lacks
 */
export async function readIncidentEffects(
  q: SqlExecutor,
  {
    incident,
    events,
    sources: known,
  }: { incident: StoredIncident; events: readonly StoredEvent[]; sources: readonly SourceStatus[] },
  now: EpochMs,
): Promise<{ impact: string | null; needsYou: UserActionNeed }> {
  const timed = addIncidentTimes(incident, events)
  const root = events.find(({ id }) => id === incident.rootEventId)
  const [view = null] = root ? await buildApiEvents(q, [root]) : []
  const sources = await readSourcesOfRoot(q, root, known)
  const impactOf = await readIncidentImpactInputs(q, [timed], { sources, now }, { events, withTraffic: false })
  const impact = impactOf(timed)
  const recurrence = (await countIncidentRecurrences(q, [incident.id])).get(incident.id)
  const { needsYou } = determineIncidentPhase(timed, view, impact, { times: events, recurrence, sources }, now)
  return { impact: impact.observed, needsYou }
}

/**
 * Returns the polls of the root event, and all polls of route tables. If the root event is about monitoring, also returns
 * all polls that show sessions, because they decide whether an outage would be noticed.
 */
async function readSourcesOfRoot(
  q: SqlExecutor,
  root: StoredEvent | undefined,
  known: readonly SourceStatus[],
): Promise<SourceStatus[]> {
  const isMonitoring = root !== undefined && monitoringEventKinds.has(root.kind)
  const kinds: PollKind[] = ['learned', 'tables', ...(isMonitoring ? (['peers', 'summary'] as const) : [])]
  return [...known.filter(({ poll }) => !kinds.includes(poll.kind)), ...(await listSources(q, { kinds }))]
}

/** Functions that lib/notify uses to read about incidents. */
export const incidentMessageReaders: IncidentMessageReaders = {
  effects: readIncidentEffects,
  unseenDuring: findUnobservedTimes,
}
