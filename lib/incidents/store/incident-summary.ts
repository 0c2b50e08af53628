import type { CauseOwner, EpochMs, Severity } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type IncidentRow, IS_MAINTENANCE, iso, type LastingColumns, ms, OWNER } from '#lib/history/statements.ts'

/** An incident as far as figures about many need it. */
export interface IncidentFigures {
  id: string
  severity: Severity
  owner: CauseOwner
  openedAt: EpochMs
  acknowledgedAt: EpochMs | null
  started: { earliest: EpochMs; latest: EpochMs }
  /** null = it goes on */
  ended: { earliest: EpochMs; latest: EpochMs } | null
  isOpen: boolean
  /** all of it was expected of a maintenance window */
  maintenance: boolean
}

/** All incidents that were opened in [from, to), the oldest first. @param scope short id: only those with an event there */
export async function incidentFigures(
  db: Queryable,
  { from, to, scope }: { from: EpochMs; to: EpochMs; scope?: string | undefined },
): Promise<IncidentFigures[]> {
  const { rows } = await db.query<
    LastingColumns &
      Pick<IncidentRow, 'id' | 'severity' | 'opened_at' | 'acked_at' | 'maintenance'> & {
        owner: CauseOwner
        is_open: boolean
      }
  >(
    `SELECT i.id, i.severity, ${OWNER} AS owner, i.opened_at, i.acked_at, i.started_earliest, i.started_latest, i.ended_earliest, i.ended_latest,
       i.closed_at IS NULL AS is_open, ${IS_MAINTENANCE} AS maintenance
     FROM incident i
     WHERE i.opened_at >= $1 AND i.opened_at < $2
       AND ($3::text IS NULL OR i.scope = $3 OR EXISTS (SELECT FROM event e WHERE e.incident_id = i.id AND e.scope = $3))
     ORDER BY i.opened_at, i.id`,
    [iso(from), iso(to), scope ?? null],
  )
  return rows.map((row) => ({
    id: row.id,
    severity: row.severity,
    owner: row.owner,
    openedAt: ms(row.opened_at),
    acknowledgedAt: row.acked_at && ms(row.acked_at),
    started: { earliest: ms(row.started_earliest), latest: ms(row.started_latest) },
    ended:
      row.ended_earliest && row.ended_latest
        ? { earliest: ms(row.ended_earliest), latest: ms(row.ended_latest) }
        : null,
    isOpen: row.is_open,
    maintenance: row.maintenance,
  }))
}
