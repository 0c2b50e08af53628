import type { SessionState } from '#lib/bgp/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { boundsOf, iso, ms } from '../times.ts'
import type { Page, SessionStretchRow } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { inScope, SOURCE_COLUMNS, sourceRef, type SourceRefRow } from './source-ref.ts'

interface Row extends SourceRefRow {
  session_id: number
  kind: 'peers' | 'summary'
  local_address: string
  neighbor: string
  state: SessionState
  azure_state: string
  asn: string | null
  established_lo: Date | null
  established_hi: Date | null
  last_absent: Date | null
  first_present: Date
  last_present: Date
  first_absent: Date | null
}

/** Stretches of session states that may have touched [from, to], newest first; those that last are among them. */
export async function sessionHistory(
  db: Queryable,
  query: { scope?: string | undefined; from: EpochMs; to: EpochMs; limit: number; cursor?: string | undefined },
): Promise<Page<SessionStretchRow>> {
  const { scope, from, to, limit, cursor } = query
  const cursors = cursorsOf('sessionHistory', { scope, from, to })
  const [beganAt, sessionId] = cursors.read(cursor, 2) ?? [null, null]
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, x.session_id, se.kind, se.local_address, se.neighbor, x.state, x.azure_state, x.asn,
            x.established_lo, x.established_hi, x.last_absent, x.first_present, x.last_present, x.first_absent
     FROM session se
     JOIN source s ON s.id = se.source_id
     JOIN resource r ON r.id = s.resource_id
     JOIN session_span x ON (x.source_id, x.session_id) = (se.source_id, se.id)
     WHERE ${inScope(1)}
       AND coalesce(x.last_absent, '-infinity') <= $3 AND coalesce(x.first_absent, 'infinity') >= $2
       AND ($4::timestamptz IS NULL OR (x.first_present, x.session_id) < ($4, $5::int))
     ORDER BY x.first_present DESC, x.session_id DESC LIMIT $6`,
    [scope ?? null, iso(from), iso(to), typeof beganAt === 'number' ? iso(beganAt) : null, sessionId, limit + 1],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([ms(last.first_present), last.session_id]))
  return { rows: page.rows.map(stretchOf), nextCursor: page.nextCursor }
}

function stretchOf(row: Row): SessionStretchRow {
  return {
    ...sourceRef(row),
    kind: row.kind,
    localAddress: row.local_address,
    neighbor: row.neighbor,
    state: row.state,
    azureState: row.azure_state,
    asn: row.asn === null ? null : Number(row.asn),
    establishedAt: boundsOf(row.established_lo, row.established_hi),
    since: boundsOf(row.last_absent, row.first_present),
    until: row.first_absent && boundsOf(row.last_present, row.first_absent),
  }
}
