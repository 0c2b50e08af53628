import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  boundsOf,
  iso,
  asOf,
  inScope,
  SOURCE_COLUMNS,
  sourceRef,
  type SourceRefRow,
  type SpanRow,
  spanTimes,
} from '#lib/history/statements.ts'
import { type ArpAt, coverageAt } from '#lib/history/index.ts'

interface Entry extends SourceRefRow, SpanRow {
  entry_id: number
  interface: string
  ip_address: string
  age_minutes: number | null
  mac_address: string | null
  rank: number
}

/** ARP tables as of a moment. @param query.at leave out for now, as the last good poll read it */
export async function arpAt(
  db: Queryable,
  query: { scope?: string | undefined; at?: EpochMs | undefined },
): Promise<ArpAt[]> {
  const { scope, at } = query
  const { rows } = await db.query<Entry>(
    `SELECT ${SOURCE_COLUMNS}, e.id AS entry_id, e.interface, e.ip_address, e.age_minutes, x.*
     FROM arp_entry e
     JOIN source s ON s.id = e.source_id
     JOIN resource r ON r.id = s.resource_id
     CROSS JOIN LATERAL (
       (SELECT 0 AS rank, b.mac_address, b.last_absent, b.first_present, b.last_present, b.first_absent FROM arp_span b
        WHERE (b.source_id, b.entry_id) = (e.source_id, e.id) AND ($2::timestamptz IS NULL OR b.first_present <= $2)
        ORDER BY b.first_present DESC LIMIT 1)
       UNION ALL
       (SELECT 1, n.mac_address, n.last_absent, n.first_present, n.last_present, n.first_absent FROM arp_span n
        WHERE (n.source_id, n.entry_id) = (e.source_id, e.id) AND n.first_present > $2
        ORDER BY n.first_present LIMIT 1)) x
     WHERE ${inScope(1)}
     ORDER BY r.name, r.id, s.subresource, e.interface DESC, e.ip_address, e.id, x.rank`,
    [scope ?? null, iso(at ?? null)],
  )
  const moments = at === undefined ? null : await coverageAt(db, { scope, kinds: ['arp'], at })
  const entries = Map.groupBy(rows, (row) => row.entry_id)
  return [...entries.values()].flatMap((spans) => {
    const withTimes = spans.map((row) => ({ row, ...spanTimes(row) }))
    const before = withTimes.find(({ row }) => row.rank === 0) ?? null
    const next = withTimes.find(({ row }) => row.rank === 1) ?? null
    const { presence, span } = asOf(before, next, at ?? Number.POSITIVE_INFINITY)
    if (!span) return []
    const unseen = moments !== null && !moments.get(`${span.row.source_id}/arp`)?.covered
    return [
      arpOf(span.row, at === undefined, unseen ? 'unknown' : presence === 'present' ? 'observed' : 'indeterminate'),
    ]
  })
}

function arpOf(row: Entry, now: boolean, known: ArpAt['known']): ArpAt {
  return {
    ...sourceRef(row),
    interface: row.interface,
    ipAddress: row.ip_address,
    macAddress: row.mac_address,
    ageMinutes: now ? row.age_minutes : null,
    since: boundsOf(row.last_absent, row.first_present),
    known,
  }
}
