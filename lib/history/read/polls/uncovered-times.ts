import type { PollCoverageColumns } from './coverage-intervals.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs, convertSecondsToMs } from '../../times.ts'
import type { SourceRef } from '../../types.ts'
import { HAS_READ_ROWS_CONDITION } from './coverage-at.ts'
import {
  createSourceListCondition,
  type ResourceIdFilter,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
  readSourcesOfResources,
} from './list-sources.ts'
import { type PolledInterval, type TimeIntervalWithoutPolls, computeUnpolledTimes } from './unpolled-times.ts'

interface Row
  extends SourceRefRow,
    Pick<PollCoverageColumns, 'kind' | 'to_at' | 'outcome' | 'silent_instances' | 'interval_seconds'> {
  from_at: Date | null
  last_started_at: Date
  /** current poll interval, seconds */
  interval_now: number
  /** whether a poll with any outcome had begun by the end of the period */
  polled: boolean
}

/**
 * Returns the times in [from, to] that polls of each (source, kind) in scope did not cover, with the reason. A (source,
 * kind) that was covered completely is left out.
 */
export async function readUncoveredTimes(
  db: SqlExecutor,
  query: { scope?: ResourceIdFilter; kinds: readonly PollKind[]; from: EpochMs; to: EpochMs },
): Promise<(SourceRef & TimeIntervalWithoutPolls & { kind: PollKind; polled: boolean })[]> {
  const rows = await queryWithPreparedStatement<Row>(
    db,
    'uncoveredTimes',
    `SELECT ${SOURCE_COLUMNS}, p.kind,
            p.interval_seconds AS interval_now,
            coalesce((SELECT true FROM coverage o WHERE (o.source_id, o.kind) = (p.source_id, p.kind) AND o.from_at <= $4 LIMIT 1), false) AS polled,
            c.from_at, c.to_at, c.last_started_at, c.outcome, c.silent_instances, c.interval_seconds
     FROM poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
     LEFT JOIN LATERAL (
       (SELECT * FROM coverage b WHERE (b.source_id, b.kind) = (p.source_id, p.kind) AND b.from_at < $3 AND ${HAS_READ_ROWS_CONDITION}
        ORDER BY b.from_at DESC LIMIT 1)
       UNION
       (SELECT * FROM coverage i WHERE (i.source_id, i.kind) = (p.source_id, p.kind) AND i.from_at <= $4 AND i.to_at >= $3)
       UNION
       (SELECT * FROM coverage n WHERE (n.source_id, n.kind) = (p.source_id, p.kind) AND n.from_at > $4 AND ${HAS_READ_ROWS_CONDITION}
        ORDER BY n.from_at LIMIT 1)) c ON true
     WHERE ${createSourceListCondition('p.source_id', 1)} AND p.kind = ANY ($2)
     ORDER BY s.id, p.kind, c.from_at`,
    [await readSourcesOfResources(db, query.scope), query.kinds, formatIsoTime(query.from), formatIsoTime(query.to)],
  )
  const groups = Map.groupBy(rows, (row) => `${row.source_id}/${row.kind}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const { from, to } = query
    const unseen = computeUnpolledTimes(group.flatMap(polledInterval), {
      from,
      to,
      intervalMs: convertSecondsToMs(first.interval_now),
    })
    return unseen.map((time) => ({ ...convertSourceRefRow(first), kind: first.kind, polled: first.polled, ...time }))
  })
}

function polledInterval(row: Row): PolledInterval[] {
  if (row.from_at === null) return []
  return [
    {
      from: toEpochMs(row.from_at),
      to: toEpochMs(row.to_at),
      lastStartedAt: toEpochMs(row.last_started_at),
      outcome: row.outcome,
      readable: row.outcome === 'ok' || (row.outcome === 'incomplete' && row.silent_instances.length > 0),
      intervalMs: convertSecondsToMs(row.interval_seconds),
    },
  ]
}
