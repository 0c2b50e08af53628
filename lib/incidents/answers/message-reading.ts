import { type EpochMs, getPollKindsForDelay, monitoringEventKinds, type NeedsYou } from '#lib/contract/index.ts'
import { listSources, type SourceStatus, type StoredEvent, type StoredIncident } from '#lib/history/index.ts'
import type { IncidentReaders } from '#lib/notify/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readRecurrences } from '../store/index.ts'
import { findUnobservedTimes } from './event-sources.ts'
import { buildEventViews } from './events.ts'
import { readImpacts, addIncidentTimes } from './incident-impact.ts'
import { judgeIncident } from './incidents.ts'

/**
 * Returns the observed effects of one incident as text for a message, without the change of traffic (null if no effect
 * was observed), and whether the incident needs a person.
 * @param events all events of the incident
 */
export async function readIncidentEffects(
  q: Queryable,
  { incident, events }: { incident: StoredIncident; events: readonly StoredEvent[] },
  now: EpochMs,
): Promise<{ impact: string | null; needsYou: NeedsYou }> {
  const timed = addIncidentTimes(incident, events)
  const root = events.find(({ id }) => id === incident.rootEventId)
  const [view = null] = root ? await buildEventViews(q, [root]) : []
  const sources = await readSourcesOfRoot(q, root)
  const impactOf = await readImpacts(q, [timed], { sources, now }, { events, withTraffic: false })
  const impact = impactOf(timed)
  const recurrence = (await readRecurrences(q, [incident.id])).get(incident.id)
  const { needsYou } = judgeIncident(timed, view, impact, { times: events, recurrence, sources }, now)
  return { impact: impact.observed, needsYou }
}

/**
 * Returns the polls of route tables, the polls of the root event's resource and, only for kinds that this resource
 * lacks, the polls of other resources, because there may be tens of thousands of them.
 */
async function readSourcesOfRoot(q: Queryable, root: StoredEvent | undefined): Promise<SourceStatus[]> {
  const tables = await listSources(q, { kinds: ['learned'] })
  if (!root) return tables
  const own = (await listSources(q, { scope: root.scope })).filter(({ poll }) => poll.kind !== 'learned')
  const known = [...tables, ...own]
  const isMonitoring = monitoringEventKinds.has(root.kind)
  const missing = getPollKindsForDelay(root).filter((kinds) => !known.some(({ poll }) => kinds.includes(poll.kind)))
  const further = new Set([...missing.flat(), ...(isMonitoring ? (['peers', 'summary'] as const) : [])])
  further.delete('learned')
  const others = further.size > 0 ? await listSources(q, { kinds: [...further] }) : []
  return [...known, ...others.filter(({ scope }) => scope !== root.scope)]
}

/** Functions that lib/notify uses to read about incidents. */
export const incidentReaders: IncidentReaders = {
  effects: readIncidentEffects,
  unseenDuring: findUnobservedTimes,
}
