import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { boundsOf, iso, ms } from '../times.ts'
import type { ArpStretchRow, Page } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { inScope, SOURCE_COLUMNS, sourceRef, type SourceRefRow } from './source-ref.ts'
import type { SpanRow } from './span-row.ts'

interface Row extends SourceRefRow, SpanRow {
  entry_id: number
  interface: string
  ip_address: string
  mac_address: string | null
}

/** Stretches in which ARP entries stood with one MAC, or with none, those that may have touched [from, to], newest first. */
export async function arpHistory(
  db: Queryable,
  query: { scope: string; from: EpochMs; to: EpochMs; limit: number; cursor?: string | undefined },
): Promise<Page<ArpStretchRow>> {
  const { scope, from, to, limit, cursor } = query
  const cursors = cursorsOf('arpHistory', { scope, from, to })
  const [beganAt, entryId] = cursors.read(cursor, 2) ?? [null, null]
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, e.id AS entry_id, e.interface, e.ip_address, x.mac_address,
            x.last_absent, x.first_present, x.last_present, x.first_absent
     FROM arp_entry e
     JOIN source s ON s.id = e.source_id
     JOIN resource r ON r.id = s.resource_id
     JOIN arp_span x ON (x.source_id, x.entry_id) = (e.source_id, e.id)
     WHERE ${inScope(1)}
       AND coalesce(x.last_absent, '-infinity') <= $3 AND coalesce(x.first_absent, 'infinity') >= $2
       AND ($4::timestamptz IS NULL OR (x.first_present, e.id) < ($4, $5::int))
     ORDER BY x.first_present DESC, e.id DESC LIMIT $6`,
    [scope, iso(from), iso(to), typeof beganAt === 'number' ? iso(beganAt) : null, entryId, limit + 1],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([ms(last.first_present), last.entry_id]))
  return { rows: page.rows.map(stretchOf), nextCursor: page.nextCursor }
}

function stretchOf(row: Row): ArpStretchRow {
  return {
    ...sourceRef(row),
    interface: row.interface,
    ipAddress: row.ip_address,
    macAddress: row.mac_address,
    since: boundsOf(row.last_absent, row.first_present),
    until: row.first_absent && boundsOf(row.last_present, row.first_absent),
  }
}
