import type { DetectedIncident, EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../times.ts'
import { computeEventId } from './events.ts'

/** Writes incidents; a later version replaces an earlier one. Acknowledgements are kept. */
export async function upsertIncidents(db: SqlExecutor, incidents: readonly DetectedIncident[]): Promise<void> {
  if (incidents.length === 0) return
  await db.query(
    `INSERT INTO incident AS i (id, key, scope, root, former_roots, explained_by, severity, started_earliest, started_latest, ended_earliest, ended_latest,
                               opened_at, closed_at)
     SELECT id, key, scope, root, former_roots, explained_by, severity, started_earliest, started_latest, ended_earliest, ended_latest, opened_at, closed_at
     FROM jsonb_to_recordset($1) AS n (id text, key text, scope text, root text, former_roots jsonb, explained_by jsonb, severity text,
            started_earliest timestamptz, started_latest timestamptz, ended_earliest timestamptz, ended_latest timestamptz, opened_at timestamptz, closed_at timestamptz)
     ORDER BY id
     ON CONFLICT (id) DO UPDATE
     SET root = excluded.root, former_roots = excluded.former_roots, explained_by = excluded.explained_by, severity = excluded.severity,
         started_earliest = excluded.started_earliest, started_latest = excluded.started_latest, ended_earliest = excluded.ended_earliest, ended_latest = excluded.ended_latest, closed_at = excluded.closed_at, updated_at = now()`,
    [JSON.stringify(incidents.map(incidentJson))],
  )
}

function incidentJson(incident: DetectedIncident) {
  return {
    id: computeEventId(incident.key),
    key: incident.key,
    scope: incident.scope,
    root: computeEventId(incident.root),
    former_roots: (incident.formerRoots ?? []).map(({ root, until }) => ({
      root: computeEventId(root),
      until: formatIsoTime(until),
    })),
    explained_by: incident.explainedBy ?? [],
    severity: incident.severity,
    started_earliest: formatIsoTime(incident.started.earliest),
    started_latest: formatIsoTime(incident.started.latest),
    ended_earliest: formatIsoTime(incident.ended?.earliest ?? null),
    ended_latest: formatIsoTime(incident.ended?.latest ?? null),
    opened_at: formatIsoTime(incident.openedAt),
    closed_at: formatIsoTime(incident.closedAt),
  }
}

/**
 * Stores who acknowledged an incident.
 * @returns false if the ID is unknown
 */
export async function acknowledgeIncident(
  db: SqlExecutor,
  id: string,
  { by, note, at }: { by: string; note: string | null; at: EpochMs },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'UPDATE incident SET acked_at = $2, acked_by = $3, ack_note = $4, updated_at = now() WHERE id = $1',
    [id, formatIsoTime(at), by, note],
  )
  return (rowCount ?? 0) > 0
}

/**
 * Stores until when reminders of an incident are muted (snoozed). A later call replaces the earlier time.
 * @returns false if the ID is unknown
 */
export async function snoozeIncident(
  db: SqlExecutor,
  id: string,
  { until, by, at }: { until: EpochMs; by: string; at: EpochMs },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'UPDATE incident SET snoozed_until = $2, snoozed_at = $3, snoozed_by = $4, updated_at = now() WHERE id = $1',
    [id, formatIsoTime(until), formatIsoTime(at), by],
  )
  return (rowCount ?? 0) > 0
}
