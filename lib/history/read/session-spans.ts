import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'
import type { Page } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { inScope, SOURCE_COLUMNS, type SourceRefRow } from './source-ref.ts'
import type { SpanRow } from './span-row.ts'

/** What every stretch of a session is read with. */
export interface SessionSpanRow extends SourceRefRow, SpanRow {
  session_id: number
  kind: 'peers' | 'summary'
  local_address: string
  neighbor: string
}

export interface SessionSpanQuery {
  scope?: string | undefined
  from: EpochMs
  to: EpochMs
  limit: number
  cursor?: string | undefined
}

/**
 * Stretches of sessions that may have touched [from, to], newest first; those that last are among them.
 * @param spans `name` is in the cursors, so that one of another list is refused; `columns` are the table's own, besides its times
 */
export async function sessionSpans<Row extends SessionSpanRow, Told>(
  db: Queryable,
  spans: { name: string; table: 'session_span' | 'session_prefixes_span'; columns: readonly string[] },
  { scope, from, to, limit, cursor }: SessionSpanQuery,
  told: (row: Row) => Told,
): Promise<Page<Told>> {
  const cursors = cursorsOf(spans.name, { scope, from, to })
  const [beganAt, sessionId] = cursors.read(cursor, 2) ?? [null, null]
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, x.session_id, se.kind, se.local_address, se.neighbor,
            ${spans.columns.map((column) => `x.${column}`).join(', ')},
            x.last_absent, x.first_present, x.last_present, x.first_absent
     FROM session se
     JOIN source s ON s.id = se.source_id
     JOIN resource r ON r.id = s.resource_id
     JOIN ${spans.table} x ON (x.source_id, x.session_id) = (se.source_id, se.id)
     WHERE ${inScope(1)}
       AND coalesce(x.last_absent, '-infinity') <= $3 AND coalesce(x.first_absent, 'infinity') >= $2
       AND ($4::timestamptz IS NULL OR (x.first_present, x.session_id) < ($4, $5::int))
     ORDER BY x.first_present DESC, x.session_id DESC LIMIT $6`,
    [scope ?? null, iso(from), iso(to), typeof beganAt === 'number' ? iso(beganAt) : null, sessionId, limit + 1],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([ms(last.first_present), last.session_id]))
  return { rows: page.rows.map(told), nextCursor: page.nextCursor }
}
