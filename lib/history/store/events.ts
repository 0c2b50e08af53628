import type { DetectedEvent } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../times.ts'
import { computeShortHash } from './short-id.ts'

const ID_LENGTH = 16

/** Returns the public ID of an event, which depends only on its key, so that a replay gives the same ID. */
export function computeEventId(key: string): string {
  return computeShortHash(key, ID_LENGTH)
}

/**
 * SQL expression that chooses the incident ID when a later version of an event is written: the new version's incident
 * or, if it has none, the stored one. There is one exception. The watchdog (the check for failing polls) may have made
 * a `collector_error` event part of a shared fault. If the new version is not a part of another event, the event stays
 * in the stored incident.
 */
const INCIDENT = `CASE WHEN excluded.kind = 'collector_error' AND excluded.part_of IS NULL AND e.part_of IS NOT NULL
           THEN coalesce(e.incident_id, excluded.incident_id)
           ELSE coalesce(excluded.incident_id, e.incident_id) END`

/**
 * Writes events; a later version replaces an earlier one. Writing the same events again changes nothing.
 * @param settingsVersion version of the thresholds with which they were detected; a stored event keeps its version
 * @returns IDs of the events that are new or changed
 */
export async function upsertEvents(
  db: SqlExecutor,
  sourceId: number,
  events: readonly DetectedEvent[],
  settingsVersion = 0,
): Promise<string[]> {
  if (events.length === 0) return []
  const versions = [...new Map(events.map((event) => [event.key, event])).values()]
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO event AS e (id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, ended_earliest, ended_latest,
                             duration_min_ms, duration_max_ms, detected_at, evidence, causes, flags, part_of, incident_id,
                             detail, settings_version)
     SELECT id, $1, key, kind, severity, scope, subject, started_earliest, started_latest, ended_earliest, ended_latest, duration_min_ms,
            duration_max_ms, detected_at, evidence, causes, ARRAY(SELECT jsonb_array_elements_text(flags)), part_of, incident_id,
            nullif(detail, 'null'), $3
     FROM jsonb_to_recordset($2) AS n (id text, key text, kind text, severity text, scope text, subject text,
            started_earliest timestamptz, started_latest timestamptz, ended_earliest timestamptz, ended_latest timestamptz,
            duration_min_ms float8, duration_max_ms float8, detected_at timestamptz, evidence jsonb, causes jsonb, flags jsonb,
            part_of text, incident_id text, detail jsonb)
     ORDER BY id
     ON CONFLICT (id) DO UPDATE
     SET severity = excluded.severity, started_earliest = excluded.started_earliest, started_latest = excluded.started_latest,
         ended_earliest = excluded.ended_earliest, ended_latest = excluded.ended_latest, duration_min_ms = excluded.duration_min_ms,
         duration_max_ms = excluded.duration_max_ms, evidence = excluded.evidence, causes = excluded.causes,
         flags = excluded.flags, part_of = coalesce(excluded.part_of, e.part_of),
         incident_id = ${INCIDENT}, detail = coalesce(excluded.detail, e.detail),
         updated_at = now()
     WHERE (e.severity, e.started_earliest, e.started_latest, e.ended_earliest, e.ended_latest, e.duration_min_ms, e.duration_max_ms, e.evidence,
            e.causes, e.flags, e.part_of, e.incident_id, e.detail)
       IS DISTINCT FROM (excluded.severity, excluded.started_earliest, excluded.started_latest, excluded.ended_earliest, excluded.ended_latest,
            excluded.duration_min_ms, excluded.duration_max_ms, excluded.evidence, excluded.causes, excluded.flags,
            coalesce(excluded.part_of, e.part_of), ${INCIDENT},
            coalesce(excluded.detail, e.detail))
     RETURNING id`,
    [sourceId, JSON.stringify(versions.map(eventJson)), settingsVersion],
  )
  return rows.map(({ id }) => id)
}

function eventJson(event: DetectedEvent) {
  return {
    id: computeEventId(event.key),
    key: event.key,
    kind: event.kind,
    severity: event.severity,
    scope: event.scope,
    subject: event.subject,
    started_earliest: formatIsoTime(event.started.earliest),
    started_latest: formatIsoTime(event.started.latest),
    ended_earliest: formatIsoTime(event.ended?.earliest ?? null),
    ended_latest: formatIsoTime(event.ended?.latest ?? null),
    duration_min_ms: event.duration?.minMs ?? null,
    duration_max_ms: event.duration?.maxMs ?? null,
    detected_at: formatIsoTime(event.detectedAt),
    evidence: event.evidence,
    causes: event.causes,
    flags: event.flags,
    part_of: event.partOf ? computeEventId(event.partOf) : null,
    incident_id: event.incident ? computeEventId(event.incident) : null,
    detail: detailOf(event),
  }
}

/** Returns the fields of an event that only some kinds of events have; null if it has none of them. */
function detailOf({ failover, forwardingLoss }: DetectedEvent) {
  if (!failover && !forwardingLoss) return null
  return { ...(failover ? { failover } : {}), ...(forwardingLoss ? { forwardingLoss } : {}) }
}
