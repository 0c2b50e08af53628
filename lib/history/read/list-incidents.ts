import type { EpochMs, Severity } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { boundsOf, ms } from '../times.ts'
import type { Page, StoredEvent, StoredIncident } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { eventsWhere } from './list-events.ts'

interface Row {
  id: string
  scope: string
  scope_name: string | null
  root: string
  severity: Severity
  started_lo: Date
  started_hi: Date
  ended_lo: Date | null
  ended_hi: Date | null
  opened_at: Date
  closed_at: Date | null
  acked_at: Date | null
  acked_by: string | null
  ack_note: string | null
  events: number
}

const SELECT = `SELECT i.id, i.scope, r.name AS scope_name, i.root, i.severity, i.started_lo, i.started_hi, i.ended_lo, i.ended_hi,
    i.opened_at, i.closed_at, i.acked_at, i.acked_by, i.ack_note,
    (SELECT count(*)::int FROM event e WHERE e.incident_id = i.id) AS events
  FROM incident i LEFT JOIN resource r ON r.short_id = i.scope`

/** Incidents, newest first by their opening, then id. */
export async function listIncidents(
  db: Queryable,
  query: { open?: boolean | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<StoredIncident>> {
  const { open, limit, cursor } = query
  const cursors = cursorsOf('listIncidents', { open })
  const [openedAt, id] = cursors.read(cursor, 2) ?? [null, null]
  const { rows } = await db.query<Row>(
    `${SELECT}
     WHERE ($1::boolean IS NULL OR (i.closed_at IS NULL) = $1)
       AND ($2::timestamptz IS NULL OR (i.opened_at, i.id) < ($2, $3::text))
     ORDER BY i.opened_at DESC, i.id DESC LIMIT $4`,
    [open ?? null, typeof openedAt === 'number' ? new Date(openedAt).toISOString() : null, id, limit + 1],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([ms(last.opened_at), last.id]))
  return { rows: page.rows.map(incidentOf), nextCursor: page.nextCursor }
}

/** One incident with all of its events in the order in which they began; null when there is none. */
export async function incidentById(
  db: Queryable,
  id: string,
): Promise<{ incident: StoredIncident; events: StoredEvent[] } | null> {
  const { rows } = await db.query<Row>(`${SELECT} WHERE i.id = $1`, [id])
  const [row] = rows
  if (!row) return null
  const events = await eventsWhere(db, 'e.incident_id = $1 ORDER BY e.started_lo, e.detected_at, e.id', [id])
  return { incident: incidentOf(row), events }
}

function incidentOf(row: Row): StoredIncident {
  const ackedAt: EpochMs | null = row.acked_at && ms(row.acked_at)
  return {
    id: row.id,
    scope: row.scope,
    scopeName: row.scope_name ?? row.scope,
    rootEventId: row.root,
    severity: row.severity,
    started: { lo: ms(row.started_lo), hi: ms(row.started_hi) },
    ended: boundsOf(row.ended_lo, row.ended_hi),
    openedAt: ms(row.opened_at),
    closedAt: row.closed_at && ms(row.closed_at),
    acknowledged: ackedAt === null ? null : { at: ackedAt, by: row.acked_by ?? '', note: row.ack_note },
    events: row.events,
  }
}
