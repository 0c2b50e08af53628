import { listSources, readDeclarations, type StoredEvent, type StoredIncident } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type IncidentSummary, summarizeIncident } from './incident-summary.ts'

/** What messages say of an incident, as far as a reader sees it. @returns null for one without events */
export async function readSummary(
  reader: Queryable,
  { incident, events }: { incident: StoredIncident; events: readonly StoredEvent[] },
): Promise<IncidentSummary | null> {
  const { cards } = await readDeclarations(reader)
  const polls = (await listSources(reader)).map(({ scope, poll }) => ({ ...poll, scope }))
  return summarizeIncident(incident, events, cards, polls)
}
