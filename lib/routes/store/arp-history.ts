import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  formatIsoTime,
  toEpochMs,
  mapPageRows,
  readIntervalPage,
  type IntervalPageQuery,
  createSourceListCondition,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  readSourcesOfResources,
  type SourceRefRow,
  convertToSinceAndUntilBounds,
  type SpanRow,
} from '#lib/history/statements.ts'
import type { ArpIntervalRow, CursorPage } from '#lib/history/index.ts'

interface Row extends SourceRefRow, SpanRow {
  entry_id: number
  interface: string
  ip_address: string
  mac_address: string | null
}

/**
 * Returns the history of ARP entries, newest first. It consists of intervals that may overlap [from, to], in each of
 * which an address had the same MAC address, or none.
 */
export async function readArpHistory(
  db: SqlExecutor,
  { scope, from, to, ...page }: IntervalPageQuery & { scope: string; from: EpochMs; to: EpochMs },
): Promise<CursorPage<ArpIntervalRow>> {
  const sources = await readSourcesOfResources(db, scope)
  const rows = await readIntervalPage<Row>(db, page, {
    name: 'arpHistory',
    filter: { scope, from, to },
    select: `SELECT ${SOURCE_COLUMNS}, e.id AS entry_id, e.interface, e.ip_address, x.mac_address,
            x.last_absent, x.first_present, x.last_present, x.first_absent
     FROM arp_entry e
     JOIN source s ON s.id = e.source_id
     JOIN resource r ON r.id = s.resource_id
     JOIN arp_span x ON (x.source_id, x.entry_id) = (e.source_id, e.id)
     WHERE ${createSourceListCondition('e.source_id', 1)} AND ${createSourceListCondition('x.source_id', 1)}
       AND coalesce(x.last_absent, '-infinity') <= $3 AND coalesce(x.first_absent, 'infinity') >= $2`,
    values: [sources, formatIsoTime(from), formatIsoTime(to)],
    order: { at: 'x.first_present', ties: [{ column: 'e.id', type: 'int' }] },
    placeOf: (row) => [toEpochMs(row.first_present), row.entry_id],
  })
  return mapPageRows(rows, intervalOf)
}

function intervalOf(row: Row): ArpIntervalRow {
  return {
    ...convertSourceRefRow(row),
    interface: row.interface,
    ipAddress: row.ip_address,
    macAddress: row.mac_address,
    ...convertToSinceAndUntilBounds(row),
  }
}
