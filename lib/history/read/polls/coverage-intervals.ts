import type { EpochMs, PollOutcome, PollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '../../times.ts'
import type { CoverageRow, CursorPage } from '../../types.ts'
import { mapPageRows, readIntervalPage, type IntervalPageQuery } from '../routes/interval-page.ts'
import { createResourceCondition, SOURCE_COLUMNS, convertSourceRefRow, type SourceRefRow } from './list-sources.ts'

/** Columns of a coverage interval, a period in which the polls of a source and kind had the same outcome. */
export interface PollCoverageColumns {
  kind: PollKind
  outcome: PollOutcome
  silent_instances: string[]
  from_at: Date
  to_at: Date
  polls: number
  interval_seconds: number
}

interface Row extends SourceRefRow, PollCoverageColumns {
  detail: string | null
}

/** Returns coverage intervals (times with polls of the same outcome) that overlap [from, to], newest first. */
export async function readCoverageIntervals(
  db: SqlExecutor,
  {
    scope,
    kind,
    from,
    to,
    ...page
  }: IntervalPageQuery & { scope?: string | undefined; kind?: PollKind | undefined; from: EpochMs; to: EpochMs },
): Promise<CursorPage<CoverageRow>> {
  const rows = await readIntervalPage<Row>(db, page, {
    name: 'coverageIntervals',
    filter: { scope, kind, from, to },
    select: `SELECT ${SOURCE_COLUMNS}, c.kind, c.outcome, c.silent_instances, c.from_at, c.to_at, c.polls, c.interval_seconds, c.detail
     FROM coverage c JOIN source s ON s.id = c.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ${createResourceCondition(1)} AND ($2::text IS NULL OR c.kind = $2) AND c.from_at <= $4 AND c.to_at >= $3`,
    values: [scope ?? null, kind ?? null, formatIsoTime(from), formatIsoTime(to)],
    order: {
      at: 'c.from_at',
      ties: [
        { column: 'c.source_id', type: 'int' },
        { column: 'c.kind', type: 'text' },
      ],
    },
    placeOf: (row) => [toEpochMs(row.from_at), row.source_id, row.kind],
  })
  return mapPageRows(rows, coverageOf)
}

function coverageOf(row: Row): CoverageRow {
  return {
    ...convertSourceRefRow(row),
    kind: row.kind,
    outcome: row.outcome,
    silentInstances: row.silent_instances,
    from: toEpochMs(row.from_at),
    to: toEpochMs(row.to_at),
    polls: row.polls,
    intervalSeconds: row.interval_seconds,
    detail: row.detail,
  }
}
