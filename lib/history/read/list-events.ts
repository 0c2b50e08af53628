import type { Cause, EpochMs, Evidence, EventKind, Severity } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { shortIdOf } from '../store/short-id.ts'
import { boundsOf, iso, ms } from '../times.ts'
import type { Page, StoredEvent } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'

interface Row {
  id: string
  key: string
  kind: EventKind
  severity: Severity
  scope: string
  scope_name: string | null
  subject: string
  started_lo: Date
  started_hi: Date
  ended_lo: Date | null
  ended_hi: Date | null
  duration_min_ms: number | null
  duration_max_ms: number | null
  detected_at: Date
  evidence: Evidence[]
  causes: Cause[]
  flags: string[]
  part_of: string | null
  incident_id: string | null
}

const COLUMNS = `e.id, e.key, e.kind, e.severity, e.scope, r.name AS scope_name, e.subject, e.started_lo, e.started_hi, e.ended_lo,
  e.ended_hi, e.duration_min_ms, e.duration_max_ms, e.detected_at, e.evidence, e.causes, e.flags, e.part_of, e.incident_id`

/** Events whose begin may lie in [from, to], newest first by detection, then id. */
export async function listEvents(
  db: Queryable,
  query: {
    kind?: string | undefined
    /** short id or ARM id */
    scope?: string | undefined
    from?: EpochMs | undefined
    to?: EpochMs | undefined
    limit: number
    cursor?: string | undefined
  },
): Promise<Page<StoredEvent>> {
  const { kind, scope, from, to, limit, cursor } = query
  const cursors = cursorsOf('listEvents', { kind, scope, from, to })
  const [detectedAt, id] = cursors.read(cursor, 2) ?? [null, null]
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS}
     FROM event e LEFT JOIN resource r ON r.short_id = e.scope
     WHERE ($1::text IS NULL OR e.scope = $1)
       AND ($2::text IS NULL OR e.kind = $2)
       AND tstzrange(e.started_lo, e.started_hi, '[]') && tstzrange($3, $4, '[]')
       AND ($5::timestamptz IS NULL OR (e.detected_at, e.id) < ($5, $6::text))
     ORDER BY e.detected_at DESC, e.id DESC LIMIT $7`,
    [
      scope?.startsWith('/') ? shortIdOf(scope) : (scope ?? null),
      kind ?? null,
      iso(from ?? null),
      iso(to ?? null),
      typeof detectedAt === 'number' ? iso(detectedAt) : null,
      id,
      limit + 1,
    ],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([ms(last.detected_at), last.id]))
  return { rows: page.rows.map(eventOf), nextCursor: page.nextCursor }
}

export async function eventById(db: Queryable, id: string): Promise<StoredEvent | null> {
  const [found] = await eventsWhere(db, 'e.id = $1', [id])
  return found ?? null
}

/** Events by a condition (and order) on `e`; internal to history. */
export async function eventsWhere(db: Queryable, condition: string, values: unknown[]): Promise<StoredEvent[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM event e LEFT JOIN resource r ON r.short_id = e.scope WHERE ${condition}`,
    values,
  )
  return rows.map(eventOf)
}

function eventOf(row: Row): StoredEvent {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind,
    severity: row.severity,
    scope: row.scope,
    scopeName: row.scope_name ?? row.scope,
    subject: row.subject,
    started: { lo: ms(row.started_lo), hi: ms(row.started_hi) },
    ended: boundsOf(row.ended_lo, row.ended_hi),
    duration:
      row.duration_min_ms === null || row.duration_max_ms === null
        ? null
        : { minMs: row.duration_min_ms, maxMs: row.duration_max_ms },
    detectedAt: ms(row.detected_at),
    evidence: row.evidence,
    causes: row.causes,
    flags: row.flags,
    partOf: row.part_of,
    incidentId: row.incident_id,
  }
}
