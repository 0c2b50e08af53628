import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  createTimeBoundsFromColumns,
  createResourceCondition,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
  type SpanRow,
} from '#lib/history/statements.ts'
import type { CurrentArpEntry } from '#lib/history/index.ts'

interface Row extends SourceRefRow, SpanRow {
  interface: string
  ip_address: string
  age_minutes: number | null
  mac_address: string | null
}

/** Returns the entries of ARP tables from the latest successful polls. */
export async function listArpEntries(
  db: SqlExecutor,
  { scope }: { scope?: string | undefined },
): Promise<CurrentArpEntry[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, e.interface, e.ip_address, e.age_minutes, x.*
     FROM arp_entry e
     JOIN source s ON s.id = e.source_id
     JOIN resource r ON r.id = s.resource_id
     CROSS JOIN LATERAL (
       SELECT b.mac_address, b.last_absent, b.first_present, b.last_present, b.first_absent FROM arp_span b
       WHERE (b.source_id, b.entry_id) = (e.source_id, e.id)
       ORDER BY b.first_present DESC LIMIT 1) x
     WHERE ${createResourceCondition(1)} AND x.first_absent IS NULL
     ORDER BY r.name, r.id, s.subresource, e.interface DESC, e.ip_address, e.id`,
    [scope ?? null],
  )
  return rows.map((row) => ({
    ...convertSourceRefRow(row),
    interface: row.interface,
    ipAddress: row.ip_address,
    macAddress: row.mac_address,
    ageMinutes: row.age_minutes,
    since: createTimeBoundsFromColumns(row.last_absent, row.first_present),
  }))
}
