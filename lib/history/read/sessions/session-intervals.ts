import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs, type PresenceBoundColumns } from '../../times.ts'
import type { CursorPage } from '../../types.ts'
import { readIntervalPage, type IntervalPageQuery } from '../routes/interval-page.ts'
import {
  createSourceListCondition,
  SOURCE_COLUMNS,
  readSourcesOfResources,
  type SourceRefRow,
} from '../polls/list-sources.ts'

/** Columns that each interval of a session has, for intervals of its state and of its prefix count. */
export interface SessionSpanRow extends SourceRefRow, PresenceBoundColumns {
  session_id: number
  kind: 'peers' | 'summary'
  local_address: string
  neighbor: string
}

export interface SessionSpanQuery extends IntervalPageQuery {
  scope?: string | undefined
  from: EpochMs
  to: EpochMs
}

/**
 * Returns intervals of sessions that may overlap [from, to], newest first, including ongoing ones.
 * @param spans.name name of the list, part of its cursors
 * @param spans.columns columns that only this table has, in addition to the bounds of the interval
 */
export async function readSessionSpans<Row extends SessionSpanRow>(
  db: SqlExecutor,
  spans: { name: string; table: 'session_span' | 'session_prefixes_span'; columns: readonly string[] },
  { scope, from, to, ...page }: SessionSpanQuery,
): Promise<CursorPage<Row>> {
  const sources = await readSourcesOfResources(db, scope)
  return readIntervalPage<Row>(db, page, {
    name: spans.name,
    filter: { scope, from, to },
    select: `SELECT ${SOURCE_COLUMNS}, x.session_id, se.kind, se.local_address, se.neighbor,
            ${spans.columns.map((column) => `x.${column}`).join(', ')},
            x.last_absent, x.first_present, x.last_present, x.first_absent
     FROM session se
     JOIN source s ON s.id = se.source_id
     JOIN resource r ON r.id = s.resource_id
     JOIN ${spans.table} x ON (x.source_id, x.session_id) = (se.source_id, se.id)
     WHERE ${createSourceListCondition('se.source_id', 1)} AND ${createSourceListCondition('x.source_id', 1)}
       AND coalesce(x.last_absent, '-infinity') <= $3 AND coalesce(x.first_absent, 'infinity') >= $2`,
    values: [sources, formatIsoTime(from), formatIsoTime(to)],
    order: { at: 'x.first_present', ties: [{ column: 'x.session_id', type: 'int' }] },
    placeOf: (row) => [toEpochMs(row.first_present), row.session_id],
  })
}
