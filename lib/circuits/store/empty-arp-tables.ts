import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the ARP tables that are currently empty although their polls succeed, by source ID. The value is the end of
 * the first poll that found the table empty, or null if the table was always empty.
 */
export async function readEmptyArpTables(
  db: SqlExecutor,
  { scope }: { scope?: string | undefined },
): Promise<Map<number, EpochMs | null>> {
  const { rows } = await db.query<{ source_id: number; since: Date | null }>(
    `SELECT poll_state.source_id, max(arp_entry.closed_until) AS since
     FROM poll_state
     JOIN source ON source.id = poll_state.source_id
     JOIN resource ON resource.id = source.resource_id
     LEFT JOIN arp_entry ON arp_entry.source_id = poll_state.source_id
     WHERE poll_state.kind = 'arp' AND poll_state.ok_finished_at IS NOT NULL AND ($1::text IS NULL OR resource.short_id = $1)
     GROUP BY poll_state.source_id
     HAVING count(arp_entry.first_present) = 0`,
    [scope ?? null],
  )
  return new Map(rows.map(({ source_id, since }) => [source_id, since?.getTime() ?? null]))
}
