import type { EpochMs } from '#lib/contract/index.ts'
import { queryAtMoment } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { createTimeBoundsFromColumns, formatIsoTime, type PresenceBoundColumns } from '../../times.ts'
import type { ConnectionStateAtMoment, AzureConnectionState } from '../../types.ts'
import { findStateAtCoveredMoment } from '../as-of.ts'
import { readPollCoverageOfMoment } from '../polls/coverage-at.ts'
import {
  createResourceCondition,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
} from '../polls/list-sources.ts'
import { convertToPresenceBounds } from '../span-row.ts'

interface Row extends SourceRefRow, PresenceBoundColumns {
  state: AzureConnectionState
  rank: number
}

/**
 * Returns the status that connections report about themselves, at a moment.
 * @param query.at absent = now
 */
export async function readConnectionsAtMoment(
  db: SqlExecutor,
  query: { scope?: string | undefined; at?: EpochMs | undefined },
): Promise<ConnectionStateAtMoment[]> {
  const { scope, at } = query
  const text = `SELECT ${SOURCE_COLUMNS}, x.*
     FROM connection_state c JOIN source s ON s.id = c.source_id JOIN resource r ON r.id = s.resource_id
     CROSS JOIN LATERAL (
       (SELECT 0 AS rank, b.state, b.last_absent, b.first_present, b.last_present, b.first_absent FROM connection_span b
        WHERE b.source_id = c.source_id AND b.first_present <= $AT
        ORDER BY b.first_present DESC LIMIT 1)
       UNION ALL
       (SELECT 1, n.state, n.last_absent, n.first_present, n.last_present, n.first_absent FROM connection_span n
        WHERE n.source_id = c.source_id AND n.first_present > $AT
        ORDER BY n.first_present LIMIT 1)) x
     WHERE ${createResourceCondition(1)}
     ORDER BY r.name, r.id, s.subresource, x.rank`
  // `infinity` is later than the start of every interval, so the query returns the current state.
  const asked = { name: 'connectionsAt', text, values: [scope ?? null] }
  const rows = await queryAtMoment<Row>(db, asked, at === undefined ? 'infinity' : formatIsoTime(at))
  const moments =
    at === undefined || rows.length === 0
      ? null
      : await readPollCoverageOfMoment(db, { scope, kinds: ['connection'], at })
  return [...Map.groupBy(rows, (row) => row.source_id).values()].flatMap((spans) => {
    const withTimes = spans.map((row) => ({ row, ...convertToPresenceBounds(row) }))
    const before = withTimes.find(({ row }) => row.rank === 0) ?? null
    const next = withTimes.find(({ row }) => row.rank === 1) ?? null
    const { presence, span } = findStateAtCoveredMoment(before, next, at ?? Number.POSITIVE_INFINITY)
    if (!span) return []
    const { row } = span
    const unseen = moments !== null && !moments.get(`${row.source_id}/connection`)?.covered
    const known = unseen ? 'unknown' : presence === 'present' ? 'observed' : 'indeterminate'
    return [
      {
        ...convertSourceRefRow(row),
        live: row.state,
        since: createTimeBoundsFromColumns(row.last_absent, row.first_present),
        known,
      },
    ]
  })
}
