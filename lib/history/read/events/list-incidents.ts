import {
  type TimestampBounds,
  type EpochMs,
  type EventKind,
  FOLLOWS_NETWORK_FAULT_FLAG,
  MAINTENANCE_FLAG,
  severities,
  type Severity,
} from '#lib/contract/index.ts'
import { cacheResultsUntilChange } from '#lib/platform/response-cache.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { createTimeBoundsFromColumns, formatIsoTime, type BeginEndColumns, replaceBoundColumns } from '../../times.ts'
import type { CursorPage, StoredEvent, StoredIncident } from '../../types.ts'
import { createQueryCursors, createCursorPage } from '../cursor.ts'
import { readEventsMatchingCondition, selectEventOwner, formatEventResourceName } from './list-events.ts'
import { parseFormerRoots } from './readable-event.ts'

type Given = 'acked' | 'snoozed' | 'assigned'
interface Row
  extends Omit<
      StoredIncident,
      'scopeName' | 'formerRoots' | 'started' | 'ended' | 'acknowledged' | 'snoozed' | 'assigned'
    >,
    BeginEndColumns,
    Record<`${Given}At`, EpochMs | null>,
    Record<`${Given}By` | 'scopeName' | 'ackNote' | 'assignee' | 'assignNote', string | null> {
  formerRoots: unknown
  snoozedUntil: EpochMs | null
}

/**
 * SQL condition: maintenance explains every event of the incident. Events that are part of another event are ignored,
 * because their parent event counts for them.
 */
export const IS_MAINTENANCE_CONDITION = `coalesce(
    (SELECT bool_and(EXISTS (SELECT FROM unnest(e.flags) AS flag WHERE starts_with(flag, '${MAINTENANCE_FLAG}')))
     FROM event e WHERE e.incident_id = i.id AND e.part_of IS NULL), false)`

const SELECT = `SELECT i.id, i.scope, r.name AS scope_name, i.root AS root_event_id, i.former_roots, i.explained_by, i.severity, i.started_earliest, i.started_latest,
    i.ended_earliest, i.ended_latest, i.opened_at, i.closed_at, i.acked_at, i.acked_by, i.ack_note,
    i.snoozed_until, i.snoozed_at, i.snoozed_by,
    a.assignee, a.assigned_at, a.assigned_by, a.note AS assign_note,
    (SELECT count(*)::int FROM event e WHERE e.incident_id = i.id) AS events,
    ${IS_MAINTENANCE_CONDITION} AS maintenance
  FROM incident i LEFT JOIN resource r ON r.short_id = i.scope
  LEFT JOIN LATERAL (
    SELECT n.assignee, n.assigned_at, n.assigned_by, n.note FROM incident_assignment n
    WHERE n.incident_id = i.id ORDER BY n.id DESC LIMIT 1) a ON a.assignee IS NOT NULL`

/**
 * SQL of the likely owner of an incident. It is the owner of its root event, even if the root event was moved to
 * another incident.
 */
export const SELECT_INCIDENT_OWNER = `coalesce((SELECT ${selectEventOwner('e')} FROM event e WHERE e.id = i.root), 'unknown')`

/**
 * SQL condition: the incident was not merged into another one. An incident is merged if its root event about failing
 * polls became part of a larger event in another incident (ADR 0308).
 */
export const IS_NOT_MERGED_CONDITION = `NOT EXISTS (SELECT FROM event e WHERE e.id = i.root AND e.kind IN ('collector_error', 'collector_degraded') AND e.part_of IS NOT NULL AND e.incident_id <> i.id)`

const lightestFirst = severities.toReversed()

/**
 * Returns incidents, the most recently opened first, then by ID. If only open incidents are requested, the most severe
 * come first.
 */
export async function listIncidents(
  db: SqlExecutor,
  query: {
    open?: boolean | undefined
    /**
     * short ID: only incidents of this scope or with an event in it. Events about sites that are part of another event
     * do not count.
     */
    scope?: string | undefined
    /** only incidents with an event of this subject, in the scope if it is given */
    subject?: string | undefined
    severities?: readonly Severity[] | undefined
    /**
     * only incidents whose root event has one of these owners in its first cause; `unknown` includes events without a
     * cause
     */
    owners?: readonly string[] | undefined
    /** only incidents whose root event has one of these kinds */
    kinds?: readonly EventKind[] | undefined
    acknowledged?: boolean | undefined
    assigned?: boolean | undefined
    assignee?: string | undefined
    /** only incidents that may have lasted in [from, to] */
    from?: EpochMs | undefined
    to?: EpochMs | undefined
    limit: number
    cursor?: string | undefined
  },
): Promise<CursorPage<StoredIncident>> {
  const { limit, cursor, ...filter } = query
  const { open, scope, subject, severities: chosen, owners, kinds, acknowledged, assigned, assignee, from, to } = filter
  const cursors = createQueryCursors('listIncidents', filter)
  const [weight, openedAt, id] = cursors.read(cursor, 'int', 'moment', 'text') ?? [null, null, null]
  const byWeight = 'CASE WHEN $1 THEN array_position($6::text[], i.severity) ELSE 0 END'
  const rows = await cacheResultsUntilChange(() =>
    queryRowsInCamelCase<Row>(
      db,
      `${SELECT}
     WHERE ${IS_NOT_MERGED_CONDITION} AND ($1::boolean IS NULL OR (i.closed_at IS NULL) = $1)
       AND ($2::timestamptz IS NULL OR (${byWeight}, i.opened_at, i.id) < ($7::int, $2, $3::text))
       AND ($4::text IS NULL OR ($8::text IS NULL AND i.scope = $4)
         OR EXISTS (SELECT FROM event e WHERE e.incident_id = i.id AND e.scope = $4 AND CASE WHEN $8::text IS NULL
           -- what another's outage means for sites is about that one
           THEN e.part_of IS NULL OR e.kind NOT IN ('site_state_changed', 'n1_stranding') ELSE e.subject = $8 END))
       AND ($8::text IS NULL OR $4::text IS NOT NULL OR EXISTS (SELECT FROM event e WHERE e.incident_id = i.id AND e.subject = $8))
       AND ($9::text[] IS NULL OR i.severity = ANY ($9))
       AND ($10::text[] IS NULL OR ${SELECT_INCIDENT_OWNER} = ANY ($10))
       AND ($11::boolean IS NULL OR (i.acked_at IS NOT NULL) = $11)
       AND ($12::boolean IS NULL OR (a.assignee IS NOT NULL) = $12)
       AND ($13::text IS NULL OR lower(a.assignee) = lower($13))
       AND ($14::timestamptz IS NULL OR coalesce(i.ended_latest, i.closed_at) IS NULL OR coalesce(i.ended_latest, i.closed_at) >= $14)
       AND ($15::timestamptz IS NULL OR i.started_earliest <= $15)
       AND ($16::text[] IS NULL OR EXISTS (SELECT FROM event e WHERE e.id = i.root AND e.kind = ANY ($16)))
     ORDER BY ${byWeight} DESC, i.opened_at DESC, i.id DESC LIMIT $5`,
      [
        open ?? null,
        formatIsoTime(openedAt),
        id,
        scope ?? null,
        limit + 1,
        lightestFirst,
        weight,
        subject ?? null,
        chosen ?? null,
        owners ?? null,
        acknowledged ?? null,
        assigned ?? null,
        assignee ?? null,
        formatIsoTime(from ?? null),
        formatIsoTime(to ?? null),
        kinds ?? null,
      ],
    ),
  )
  const weightOf = ({ severity }: Row) => (open ? lightestFirst.indexOf(severity) + 1 : 0)
  const page = createCursorPage(rows, limit, (last) => cursors.write([weightOf(last), last.openedAt, last.id]))
  return { rows: page.rows.map(incidentOf), nextCursor: page.nextCursor }
}

/**
 * Returns incidents that are open, or that were opened, closed or acknowledged since a moment. The most recently opened
 * incident comes first.
 */
export async function readIncidentsSince(db: SqlExecutor, since: EpochMs, limit: number): Promise<StoredIncident[]> {
  const rows = await queryRowsInCamelCase<Row>(
    db,
    `${SELECT} WHERE ${IS_NOT_MERGED_CONDITION} AND (i.closed_at IS NULL OR i.closed_at >= $1 OR i.opened_at >= $1 OR i.acked_at >= $1)
     ORDER BY i.opened_at DESC, i.id DESC LIMIT $2`,
    [formatIsoTime(since), limit],
  )
  return rows.map(incidentOf)
}

/**
 * Returns bounds of the time at which the last ended incident ended; null if no incident has ended. Ongoing incidents
 * are ignored.
 * @param only only incidents of these scopes and severities; absent = all
 */
export async function findLastIncidentEnd(
  db: SqlExecutor,
  only: { scopes?: readonly string[]; severities?: readonly Severity[] } = {},
): Promise<TimestampBounds | null> {
  const text = `SELECT max(ended_earliest) AS earliest, max(ended_latest) AS latest FROM incident
     WHERE ($1::text[] IS NULL OR scope = ANY ($1)) AND ($2::text[] IS NULL OR severity = ANY ($2))`
  const values = [only.scopes ?? null, only.severities ?? null]
  const { rows } = await cacheResultsUntilChange(() =>
    db.query<Record<'earliest' | 'latest', Date | null>>(text, values),
  )
  return createTimeBoundsFromColumns(rows[0]?.earliest ?? null, rows[0]?.latest ?? null)
}

/** Returns an incident with all its events, earliest first; null = unknown ID. */
export async function readIncidentById(
  db: SqlExecutor,
  id: string,
): Promise<{ incident: StoredIncident; events: StoredEvent[] } | null> {
  const rows = await queryRowsInCamelCase<Row>(db, `${SELECT} WHERE i.id = $1`, [id])
  const [row] = rows
  if (!row) return null
  const events = await readEventsMatchingCondition(
    db,
    'e.incident_id = $1 ORDER BY e.started_earliest, e.detected_at, e.id',
    [id],
  )
  return { incident: incidentOf(row), events }
}

/**
 * Returns the IDs of incidents that were merged into this incident: their root event was moved here, because it follows
 * from the fault of this incident. Oldest first.
 */
export async function findMergedIncidents(db: SqlExecutor, id: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT i.id FROM event e JOIN incident i ON i.root = e.id AND i.id <> e.incident_id
     WHERE e.incident_id = $1 AND '${FOLLOWS_NETWORK_FAULT_FLAG}' = ANY (e.flags) ORDER BY i.opened_at, i.id`,
    [id],
  )
  return rows.map((row) => row.id)
}

function incidentOf(row: Row): StoredIncident {
  const { formerRoots, ackedAt, ackedBy, ackNote, snoozedAt, snoozedBy, snoozedUntil, ...own } = row
  const { assignee, assignedAt, assignedBy, assignNote, ...incident } = own
  return {
    ...replaceBoundColumns(incident),
    scopeName: formatEventResourceName(row),
    formerRoots: parseFormerRoots(formerRoots),
    acknowledged: ackedAt === null ? null : { at: ackedAt, by: ackedBy ?? '', note: ackNote },
    snoozed: snoozedUntil && snoozedAt ? { until: snoozedUntil, at: snoozedAt, by: snoozedBy ?? '' } : null,
    assigned: assignee && assignedAt ? { assignee, at: assignedAt, by: assignedBy ?? '', note: assignNote } : null,
  }
}
