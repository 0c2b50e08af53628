import { type PollPace, pollsOfDelay } from '#lib/contract/index.ts'
import { listSources, readDeclarations, type StoredEvent, type StoredIncident } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type IncidentSummary, rootOf, summarizeIncident } from '../alerts/incident-summary.ts'

/** What messages say of an incident, as far as a reader sees it. @returns null for one without events */
export async function readSummary(
  reader: Queryable,
  { incident, events }: { incident: StoredIncident; events: readonly StoredEvent[] },
): Promise<IncidentSummary | null> {
  const root = rootOf(incident, events)
  if (!root) return null
  const { cards } = await readDeclarations(reader)
  return summarizeIncident(incident, events, cards, await pacesOf(reader, root))
}

/** What bounds the delay of an event. An estate has tens of thousands of polls: those of others are read where its own scope has none. */
async function pacesOf(reader: Queryable, event: StoredEvent): Promise<PollPace[]> {
  const own = await listSources(reader, { scope: event.scope })
  const missing = pollsOfDelay(event).filter((kinds) => !own.some(({ poll }) => kinds.includes(poll.kind)))
  const others = missing.length > 0 ? await listSources(reader, { kinds: [...new Set(missing.flat())] }) : []
  return [...own, ...others].map(({ scope, poll }) => ({ ...poll, scope }))
}
