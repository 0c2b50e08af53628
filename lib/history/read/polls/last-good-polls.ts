import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '../../times.ts'
import { POLL_HEALTH_COLUMNS, computePollHealth, type PollHealthRow } from './poll-health.ts'

/** Last successful poll of a source and kind. */
export interface LastGoodPoll {
  /** start of the last poll that read everything; null = never */
  at: EpochMs | null
  /** start of the last poll that read rows, even if some instances were missing */
  readAt: EpochMs
  /** interval between polls by which freshness is judged, milliseconds */
  everyMs: number
}

/**
 * Returns the last successful polls of the given scopes, for all kinds of polls from which detection derives
 * states. A subscription has the polls of its list of resources.
 * Keys have the format `scope subresource kind`.
 */
export async function readLastGoodPolls(
  db: SqlExecutor,
  scopes: readonly string[],
): Promise<Record<string, LastGoodPoll>> {
  const { rows } = await db.query<PollHealthRow & { key: string; kind: PollKind }>({
    name: 'last_good_polls',
    text: `SELECT concat_ws(' ', r.short_id, s.subresource, p.kind) AS key, p.kind, ${POLL_HEALTH_COLUMNS}
     FROM resource r JOIN source s ON s.resource_id = r.id JOIN poll_state p ON p.source_id = s.id
     LEFT JOIN poll_schedule ps ON ps.source_id = p.source_id AND ps.kind = p.kind
     WHERE r.short_id = ANY ($1) AND p.kind IN ('peers', 'summary', 'arp', 'stats', 'learned', 'tables', 'connection', 'inventory')
       AND coalesce(p.ok_started_at, p.read_at) IS NOT NULL`,
    values: [scopes],
  })
  return Object.fromEntries(
    rows.map(({ key, kind, ...row }) => {
      const [at, readAt, everyMs] = [
        row.ok_started_at,
        row.read_at,
        computePollHealth(kind, row).intervalSeconds * 1_000,
      ]
      return [key, { at: toEpochMs(at), readAt: Math.max(toEpochMs(at) ?? 0, toEpochMs(readAt) ?? 0), everyMs }]
    }),
  )
}
