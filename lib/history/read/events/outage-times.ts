import type { CauseOwner, DetectedEvent, EpochMs, EventKind } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { formatIsoTime, type BeginEndColumns, replaceBoundColumns } from '../../times.ts'
import { selectEventOwner } from './list-events.ts'

/** Time and cause of an outage event. Used to split the outage time of a period by owner. `ended` null = ongoing. */
export interface OutageTime
  extends Pick<DetectedEvent, 'kind' | 'severity' | 'scope' | 'subject' | 'started' | 'ended'> {
  owner: CauseOwner
  /** class of the first cause; null = no cause was found */
  cause: string | null
  /** null = the event belongs to no incident */
  incidentId: string | null
}

/**
 * Maximum time (92 days) from the begin of an ended outage to the begin of the queried period. The query does not
 * return ended outages that began earlier.
 */
const BEFORE_MS = 92 * 24 * 60 * 60_000

/**
 * Returns events of the given kinds that may overlap [from, to], most recently detected first.
 * @param query.scope short ID; absent = all
 */
export async function readOutageTimes(
  db: SqlExecutor,
  query: { kinds: readonly EventKind[]; from: EpochMs; to: EpochMs; scope?: string | undefined },
): Promise<OutageTime[]> {
  const rows = await queryRowsInCamelCase<BeginEndColumns & Omit<OutageTime, 'started' | 'ended'>>(
    db,
    `SELECT e.kind, e.severity, e.scope, e.subject, e.started_earliest, e.started_latest, e.ended_earliest, e.ended_latest, ${selectEventOwner('e')} AS owner,
       e.causes -> 0 ->> 'class' AS cause, e.incident_id
     FROM event e
     WHERE e.kind = ANY ($1) AND ($5::text IS NULL OR e.scope = $5)
       AND (e.ended_latest IS NULL AND e.started_earliest <= $3
         OR e.ended_latest > $2 AND tstzrange(e.started_earliest, e.started_latest, '[]') && tstzrange($4, $3, '[]'))
     ORDER BY e.detected_at DESC, e.id DESC`,
    [
      query.kinds,
      formatIsoTime(query.from),
      formatIsoTime(query.to),
      formatIsoTime(query.from - BEFORE_MS),
      query.scope ?? null,
    ],
  )
  return rows.map(replaceBoundColumns)
}
