import type { CauseOwner, EpochMs, EventKind, Severity } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import {
  IS_MAINTENANCE_CONDITION,
  IS_NOT_MERGED_CONDITION,
  formatIsoTime,
  type BeginEndColumns,
  SELECT_INCIDENT_OWNER,
  replaceBoundColumns,
} from '#lib/history/statements.ts'

/** The fields of an incident that a summary of many incidents needs. */
export interface IncidentStatistics {
  id: string
  severity: Severity
  owner: CauseOwner
  /** class of the most likely cause of the root event; null = no cause is known */
  causeClass: string | null
  /** kind of the root event; null = the root event is unknown */
  rootKind: EventKind | null
  /** short ID of the resource of the root event; null = the root event is unknown */
  rootScope: string | null
  openedAt: EpochMs
  acknowledgedAt: EpochMs | null
  started: { earliest: EpochMs; latest: EpochMs }
  /** earliest and latest possible end of the incident; null = ongoing */
  ended: { earliest: EpochMs; latest: EpochMs } | null
  /** whether the incident was open at the end of the range */
  isOpen: boolean
  /** whether the whole incident was expected because of a maintenance window */
  maintenance: boolean
}

/**
 * Returns all incidents that were opened in [from, to), oldest first.
 * @param scope short ID of a resource; only incidents with an event about it are returned
 */
export async function readIncidentStatistics(
  db: SqlExecutor,
  { from, to, scope }: { from: EpochMs; to: EpochMs; scope?: string | undefined },
): Promise<IncidentStatistics[]> {
  const rows = await queryRowsInCamelCase<Omit<IncidentStatistics, 'started' | 'ended'> & BeginEndColumns>(
    db,
    `SELECT i.id, i.severity, ${SELECT_INCIDENT_OWNER} AS owner,
       root.causes -> 0 ->> 'class' AS cause_class, root.kind AS root_kind, root.scope AS root_scope, i.opened_at, i.acked_at AS acknowledged_at, i.started_earliest, i.started_latest, i.ended_earliest, i.ended_latest,
       (i.closed_at IS NULL OR i.closed_at > $2) AS is_open, ${IS_MAINTENANCE_CONDITION} AS maintenance
     FROM incident i LEFT JOIN event root ON root.id = i.root
     WHERE ${IS_NOT_MERGED_CONDITION} AND i.opened_at >= $1 AND i.opened_at < $2
       AND ($3::text IS NULL OR i.scope = $3 OR EXISTS (SELECT FROM event e WHERE e.incident_id = i.id AND e.scope = $3))
     ORDER BY i.opened_at, i.id`,
    [formatIsoTime(from), formatIsoTime(to), scope ?? null],
  )
  return rows.map(replaceBoundColumns)
}
