import { type EpochMs, getPollKindsForDelay } from '#lib/contract/index.ts'
import {
  listSources,
  readCurrentDeclarations,
  type SourceStatus,
  type StoredEvent,
  type StoredIncident,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { IncidentMessageReaders } from '../../context.ts'
import { type IncidentSummary, findRootEvent, summarizeIncident } from '../alerts/incident-summary.ts'

/**
 * Returns the content of messages about an incident.
 * @param reader connection that returns only data within the scope of the receivers
 * @returns null for an incident without events
 */
export async function readIncidentSummary(
  reader: SqlExecutor,
  { incident, events }: { incident: StoredIncident; events: readonly StoredEvent[] },
  now: EpochMs,
  { effects, unseenDuring }: IncidentMessageReaders,
): Promise<IncidentSummary | null> {
  const root = findRootEvent(incident, events)
  if (!root) return null
  const { cards } = await readCurrentDeclarations(reader)
  const sources = await pollsOf(reader, root)
  // The times without polls are needed only for the duration, which messages contain only after the end.
  const unseenOf = incident.ended && (await unseenDuring(reader, events, sources, incident.ended.latest))
  const seen = unseenOf ? events.map((one) => ({ ...one, unseen: unseenOf(one) })) : events
  return summarizeIncident(
    incident,
    seen,
    cards,
    sources.map(({ scope, poll }) => ({ ...poll, scope })),
    await effects(reader, { incident, events, sources }, now),
  )
}

/**
 * Returns the polls that determine how late an event could be detected. First reads the polls of the event's own
 * resource. Polls of other resources are read only for a kind that it lacks, because there may be tens of thousands of
 * them.
 */
async function pollsOf(reader: SqlExecutor, event: StoredEvent): Promise<SourceStatus[]> {
  const own = await listSources(reader, { scope: event.scope })
  const missing = getPollKindsForDelay(event).filter((kinds) => !own.some(({ poll }) => kinds.includes(poll.kind)))
  const others = missing.length > 0 ? await listSources(reader, { kinds: [...new Set(missing.flat())] }) : []
  return [...own, ...others]
}
