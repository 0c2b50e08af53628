import { type BeginEndColumns, replaceBoundColumns } from '../../times.ts'
import type { EventKind, OutageTimingEvent } from '#lib/contract/index.ts'
import { cacheResultsUntilChange } from '#lib/platform/response-cache.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import type { StoredEvent } from '../../types.ts'
import { readEventsMatchingCondition } from './list-events.ts'

/** Returns ongoing events of a kind, in one scope or in all. */
export function readOpenEvents(
  db: SqlExecutor,
  query: { kind: EventKind; scope?: string | undefined },
): Promise<StoredEvent[]> {
  return readEventsMatchingCondition(
    db,
    'e.kind = $1 AND e.ended_latest IS NULL AND ($2::text IS NULL OR e.scope = $2)',
    [query.kind, query.scope ?? null],
  )
}

/**
 * Returns the pairs of scope and subject of ongoing events of the given kinds, and of all other ongoing events in the
 * incidents of these events. Each pair is returned once.
 */
export async function readOpenSubjects(
  db: SqlExecutor,
  kinds: readonly EventKind[],
): Promise<{ scope: string; subject: string }[]> {
  const { rows } = await db.query<{ scope: string; subject: string }>(
    `WITH open AS MATERIALIZED (
       SELECT scope, subject, incident_id FROM event WHERE kind = ANY ($1) AND ended_latest IS NULL)
     SELECT scope, subject FROM open
     UNION
     SELECT e.scope, e.subject FROM event e
     WHERE e.incident_id IN (SELECT incident_id FROM open WHERE incident_id IS NOT NULL) AND e.ended_latest IS NULL
     ORDER BY scope, subject`,
    [kinds],
  )
  return rows
}

/** Returns the ongoing events of the given incidents. */
export function readOpenEventsOfIncidents(db: SqlExecutor, incidentIds: readonly string[]): Promise<StoredEvent[]> {
  return readEventsMatchingCondition(db, 'e.incident_id = ANY ($1) AND e.ended_latest IS NULL', [incidentIds])
}

/** Returns the events of the given kinds in the given incidents, ongoing and ended. */
export function readEventsOfIncidents(
  db: SqlExecutor,
  incidentIds: readonly string[],
  kinds: readonly EventKind[],
): Promise<StoredEvent[]> {
  if (incidentIds.length === 0) return Promise.resolve([])
  return readEventsMatchingCondition(
    db,
    'e.incident_id = ANY ($1) AND e.kind = ANY ($2) ORDER BY e.started_earliest, e.id',
    [incidentIds, kinds],
  )
}

type TimesRow = Pick<StoredEvent, 'kind' | 'severity' | 'scope' | 'subject'> & { incidentId: string }

/** Returns the start and end of each event of the given incidents, with its kind, severity, scope and subject. */
export async function readIncidentEventTimes(
  db: SqlExecutor,
  incidentIds: readonly string[],
): Promise<(OutageTimingEvent & TimesRow)[]> {
  if (incidentIds.length === 0) return []
  const rows = await cacheResultsUntilChange(() =>
    queryRowsInCamelCase<BeginEndColumns & TimesRow>(
      db,
      `SELECT incident_id, scope, subject, kind, severity, started_earliest, started_latest, ended_earliest, ended_latest
     FROM event WHERE incident_id = ANY ($1) ORDER BY started_earliest, id`,
      [incidentIds],
    ),
  )
  return rows.map(replaceBoundColumns)
}
