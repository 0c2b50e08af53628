import type { EpochMs, RoutePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  canonicalizeDatabasePrefix,
  formatIsoTime,
  toEpochMs,
  selectRouteIntervalBounds,
  createQueryCursors,
  createCursorPage,
  mapPageRows,
  type IntervalPageQuery,
  readRouteTablesOfResource,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
} from '#lib/history/statements.ts'

import type { CursorPage, RouteChangeRow } from '#lib/history/index.ts'
import { AttributeSets } from './attribute-sets.ts'

/** Order of a list of route changes. Changes at the same time are ordered by the id of their route. */
interface RouteChangeOrder {
  by: 'time' | 'prefix'
  descending: boolean
}

interface Row extends SourceRefRow {
  kind: RoutePollKind
  route_id: number
  instance: string
  peer: string
  prefix: string
  at: Date
  earliest: Date
  before_id: number | null
  after_id: number | null
}

/**
 * SQL for the changes of routes that were first observed in [$1, $2). If one interval ends when the next one begins,
 * this is one change of attributes. If a route was already present when its table was read for the first time, its
 * start is not a change.
 */
const CHANGES = `
  SELECT source_id, route_id, at, max(attributes_id) FILTER (WHERE is_end) AS before_id, max(attributes_id) FILTER (WHERE NOT is_end) AS after_id,
         coalesce(max(earliest) FILTER (WHERE NOT is_end), max(earliest)) AS earliest
  FROM (${selectRouteIntervalBounds('$3::int[]', '$1', '$2')}) bounds
  WHERE earliest IS NOT NULL
  GROUP BY source_id, route_id, at`

/** Sort columns of each order, and the SQL tuple with the position of the last row of the previous page. */
const PLACES: Record<RouteChangeOrder['by'], { columns: string[]; place: string }> = {
  time: { columns: ['c.at', 'c.route_id'], place: '($6, $7::int)' },
  prefix: { columns: ['x.prefix', 'c.at', 'c.route_id'], place: '($8::inet, $6, $7::int)' },
}

/**
 * Returns changes of routes that were first observed in [from, to), with the attributes before and after, and the polls
 * before and after the change.
 * @param query.within returns only this prefix and longer prefixes in it; canonical
 * @throws CursorError if the cursor belongs to another query
 */
export async function readRouteChanges(
  db: SqlExecutor,
  query: IntervalPageQuery & {
    scope?: string | undefined
    kinds: readonly RoutePollKind[]
    within?: string | undefined
    from: EpochMs
    to: EpochMs
    order: RouteChangeOrder
  },
): Promise<CursorPage<RouteChangeRow>> {
  const { scope, kinds, within, from, to, order, limit, cursor } = query
  const cursors = createQueryCursors('routeChanges', { scope, kinds, within, from, to, order })
  const [at = null, route = null, prefix = null] = cursors.read(cursor, 'moment', 'int', 'prefix') ?? []
  const tables = [...(await readRouteTablesOfResource(db, scope, kinds)).values()]
  const { columns, place } = PLACES[order.by]
  const [later, direction] = order.descending ? ['<', 'DESC'] : ['>', 'ASC']
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, x.kind, x.id AS route_id, x.instance, x.peer, text(x.prefix) AS prefix, c.at, c.earliest, c.before_id, c.after_id
     FROM (${CHANGES}) c
     JOIN route x ON x.source_id = c.source_id AND x.id = c.route_id
     JOIN source s ON s.id = c.source_id
     JOIN resource r ON r.id = s.resource_id
     WHERE x.source_id = ANY ($3::int[]) AND x.kind = ANY ($4) AND ($5::inet IS NULL OR x.prefix <<= $5)
       AND ($6::timestamptz IS NULL OR $7::int IS NULL OR $8::inet IS NULL OR (${columns.join(', ')}) ${later} ${place})
     ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')} LIMIT $9`,
    [
      formatIsoTime(from),
      formatIsoTime(to),
      [...new Set(tables.map(({ sourceId }) => sourceId))],
      kinds,
      within ?? null,
      formatIsoTime(at),
      route,
      prefix,
      limit + 1,
    ],
  )
  const page = createCursorPage(rows, limit, (last) =>
    cursors.write([toEpochMs(last.at), last.route_id, canonicalizeDatabasePrefix(last.prefix)]),
  )
  const sets = await AttributeSets.read(
    db,
    page.rows.flatMap(({ source_id: sourceId, before_id, after_id }) =>
      [before_id, after_id].map((attributesId) => ({ sourceId, attributesId })),
    ),
  )
  return mapPageRows(page, (row) => ({
    ...convertSourceRefRow(row),
    kind: row.kind,
    instance: row.instance || null,
    peer: row.peer || null,
    prefix: canonicalizeDatabasePrefix(row.prefix),
    before: sets.of(row.source_id, row.before_id),
    after: sets.of(row.source_id, row.after_id),
    earliest: toEpochMs(row.earliest),
    latest: toEpochMs(row.at),
  }))
}
