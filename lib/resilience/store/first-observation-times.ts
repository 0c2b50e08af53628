import type { TimestampBounds } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getStepNumber, toEpochMs, readSourcesOfResources } from '#lib/history/statements.ts'

/** Kinds of facts about a circuit whose first observation {@link readFirstObservationTimes} returns. */
const firstTimeKinds = ['arp', 'bgp', 'routes', 'connection', 'traffic'] as const
type FirstTimeKind = (typeof firstTimeKinds)[number]

interface Row {
  kind: FirstTimeKind
  last_absent: Date | null
  first_present: Date
}

/**
 * SQL pattern for the interface name of the customer's ARP entries. Microsoft's own entries are not used, because they
 * may be missing without a fault.
 */
const CUSTOMER_SIDE = 'on-prem%'

/**
 * Returns the earliest and latest time at which facts about a circuit were observed for the first time. The facts are a
 * MAC address of the customer, an established session, received prefixes, a connection that still exists, and traffic.
 * If the earliest time is 0, the fact was already true at the first poll. A fact that was never observed is missing.
 * @param connections short ids of the connections that still exist
 */
export async function readFirstObservationTimes(
  db: SqlExecutor,
  { circuit, connections }: { circuit: string; connections: readonly string[] },
): Promise<Map<FirstTimeKind, TimestampBounds>> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM (
     (SELECT 'arp' AS kind, x.last_absent, x.first_present
      FROM arp_entry e JOIN arp_span x ON (x.source_id, x.entry_id) = (e.source_id, e.id)
      WHERE e.source_id = ANY ($1::int[]) AND x.source_id = ANY ($1::int[]) AND e.interface ILIKE $3 AND x.mac_address IS NOT NULL
      ORDER BY x.first_present LIMIT 1)
     UNION ALL
     (SELECT 'bgp', x.last_absent, x.first_present
      FROM session se JOIN session_span x ON (x.source_id, x.session_id) = (se.source_id, se.id)
      WHERE se.source_id = ANY ($1::int[]) AND x.source_id = ANY ($1::int[]) AND se.kind = 'summary' AND x.state = 'established'
      ORDER BY x.first_present LIMIT 1)
     UNION ALL
     (SELECT 'routes', x.last_absent, x.first_present
      FROM session se JOIN session_prefixes_span x ON (x.source_id, x.session_id) = (se.source_id, se.id)
      WHERE se.source_id = ANY ($1::int[]) AND x.source_id = ANY ($1::int[]) AND se.kind = 'summary' AND x.prefixes_received > 0
      ORDER BY x.first_present LIMIT 1)
     UNION ALL
     (SELECT 'connection', x.last_absent, x.first_present
      FROM resource r JOIN resource_span x ON x.resource_id = r.id
      WHERE r.short_id = ANY ($2)
      ORDER BY x.first_present LIMIT 1)
     UNION ALL
     (SELECT 'traffic',
             -- bytes in the first hour that is known may have moved before it
             CASE WHEN EXISTS (SELECT FROM usage_bucket f WHERE (f.source_id, f.series_id, f.step) = (b.source_id, b.series_id, b.step)
                                 AND f.source_id = ANY ($1::int[]) AND f.starts_at < b.starts_at) THEN b.starts_at END,
             b.starts_at + interval '1 hour'
      FROM usage_series u JOIN usage_bucket b ON (b.source_id, b.series_id) = (u.source_id, u.id)
      WHERE u.source_id = ANY ($1::int[]) AND b.source_id = ANY ($1::int[]) AND b.step = $4 AND b.bytes_in + b.bytes_out > 0
      ORDER BY b.starts_at LIMIT 1)) AS first`,
    [await readSourcesOfResources(db, circuit), connections, CUSTOMER_SIDE, getStepNumber('hour')],
  )
  return new Map(
    rows.map(({ kind, last_absent, first_present }) => [
      kind,
      { earliest: last_absent === null ? 0 : toEpochMs(last_absent), latest: toEpochMs(first_present) },
    ]),
  )
}

/**
 * Returns the configurations of a resource, oldest first, each with the time since which the resource had it. If the
 * earliest time is 0, the resource already had the configuration at the first poll.
 */
export async function readConfigSpans(
  db: SqlExecutor,
  id: string,
): Promise<{ since: TimestampBounds; config: Record<string, unknown> }[]> {
  const { rows } = await db.query<{ config: Record<string, unknown>; last_absent: Date | null; first_present: Date }>(
    `SELECT x.config, x.last_absent, x.first_present
     FROM resource r JOIN resource_span x ON x.resource_id = r.id
     WHERE r.short_id = $1 ORDER BY x.first_present`,
    [id],
  )
  return rows.map(({ config, last_absent, first_present }) => ({
    config,
    since: { earliest: last_absent === null ? 0 : toEpochMs(last_absent), latest: toEpochMs(first_present) },
  }))
}
