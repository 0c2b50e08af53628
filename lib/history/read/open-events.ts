import type { EventKind } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { StoredEvent } from '../types.ts'
import { eventsWhere } from './list-events.ts'

/** Events of one kind that have not ended, in scope or everywhere. */
export function openEvents(
  db: Queryable,
  query: { kind: EventKind; scope?: string | undefined },
): Promise<StoredEvent[]> {
  return eventsWhere(db, 'e.kind = $1 AND e.ended_latest IS NULL AND ($2::text IS NULL OR e.scope = $2)', [
    query.kind,
    query.scope ?? null,
  ])
}

/** Events of these incidents that have not ended. */
export function openEventsOf(db: Queryable, incidentIds: readonly string[]): Promise<StoredEvent[]> {
  return eventsWhere(db, 'e.incident_id = ANY ($1) AND e.ended_latest IS NULL', [incidentIds])
}
