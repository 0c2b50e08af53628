import { armTypes, directTypes, gatewayTypes } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getStepNumber } from '#lib/history/statements.ts'

/**
 * Returns a text that changes whenever one of the facts changes from which the cost of circuits is computed. It is used
 * in cache keys, because computing it is faster than reading the facts. The facts are the current configurations of
 * circuits, ports, LAGs, connections, gateways, route filters and providers, the past configurations of circuits, the
 * begin of known usage, and the time to which past metrics were read. A poll that finds no change leaves the text
 * unchanged, because each configuration is represented by the begin of its interval.
 */
export async function readCostBasisRevision(db: SqlExecutor): Promise<string> {
  const { rows } = await db.query<{ revision: string }>(
    `WITH configured AS (
       SELECT string_agg(concat_ws(' ', r.id, r.arm_id, r.name, r.subscription_id, r.location, 'is', r.first_present, 'since', r.last_absent,
                                   'until', r.removed_after, h.intervals), ',' ORDER BY r.id) AS text
       FROM resource r
       LEFT JOIN LATERAL (
         SELECT count(*) AS intervals FROM resource_history WHERE resource_id = r.id AND r.type = $1) h ON true
       WHERE r.type = ANY ($2)),
     begun AS (
       SELECT string_agg(concat_ws(' ', s.id, b.starts_at), ',' ORDER BY s.id) AS text
       FROM usage_series s
       CROSS JOIN LATERAL (
         SELECT starts_at FROM usage_bucket
         WHERE source_id = s.source_id AND series_id = s.id AND step = $3
         ORDER BY starts_at LIMIT 1) b),
     reached AS (
       SELECT string_agg(concat_ws(' ', source_id, reached_at), ',' ORDER BY source_id) AS text FROM metric_backfill)
     SELECT md5(concat_ws('|', configured.text, 'begun', begun.text, 'reached', reached.text)) AS revision
     FROM configured, begun, reached`,
    [
      armTypes.circuit,
      [
        armTypes.circuit,
        ...directTypes,
        armTypes.connection,
        armTypes.routeFilter,
        armTypes.serviceProvider,
        ...gatewayTypes.map(({ type }) => type),
      ],
      getStepNumber('hour'),
    ],
  )
  return rows[0]?.revision ?? ''
}
