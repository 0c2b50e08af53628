import type { RoutePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  canonicalizeDatabasePrefix,
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
  type SpanRow,
  convertToPresenceBounds,
} from '#lib/history/statements.ts'

import type { CursorPage, RouteIntervalRow, Period } from '#lib/history/index.ts'
import { AttributeSets } from './attribute-sets.ts'

interface Row extends SourceRefRow, SpanRow {
  kind: RoutePollKind
  route_id: number
  instance: string
  peer: string
  prefix: string
  attributes_id: number
  previous_id: number | null
  following_id: number | null
}

/**
 * Returns the history of the routes to some prefixes, newest first: intervals with unchanged attributes that may
 * overlap [from, to], each with the attributes directly before and after it.
 */
export async function readRouteIntervals(
  db: SqlExecutor,
  query: IntervalPageQuery &
    Period & {
      scope?: string | undefined
      kinds: readonly RoutePollKind[]
      /** canonical prefixes */
      prefixes: readonly string[]
    },
): Promise<CursorPage<RouteIntervalRow>> {
  const { scope, kinds, prefixes, from, to, ...asked } = query
  const sources = await readSourcesOfResources(db, scope)
  const page = await readIntervalPage<Row>(db, asked, {
    name: 'routeIntervals',
    filter: { scope, kinds, prefixes, from, to },
    select: `SELECT ${SOURCE_COLUMNS}, x.kind, x.id AS route_id, x.instance, x.peer, text(x.prefix) AS prefix, q.*,
            p.attributes_id AS previous_id, n.attributes_id AS following_id
     FROM (
       SELECT * FROM route o
       WHERE o.prefix = ANY ($2::inet[]) AND o.kind = ANY ($3) AND ${createSourceListCondition('o.source_id', 1)} OFFSET 0) x
     JOIN source s ON s.id = x.source_id
     JOIN resource r ON r.id = s.resource_id
     CROSS JOIN LATERAL (
       SELECT x.attributes_id, x.last_absent, x.first_present, x.last_present, NULL::timestamptz AS first_absent
       WHERE x.first_present IS NOT NULL
       UNION ALL
       SELECT i.attributes_id, i.last_absent, i.first_present, i.last_present, i.first_absent FROM route_interval i
       WHERE (i.source_id, i.route_id) = (x.source_id, x.id)) q
     LEFT JOIN LATERAL (
       SELECT l.attributes_id FROM (
         SELECT i.attributes_id, i.first_absent FROM route_interval i
         WHERE (i.source_id, i.route_id) = (x.source_id, x.id) AND i.first_present < q.first_present
         ORDER BY i.first_present DESC LIMIT 1) l
       WHERE l.first_absent = q.first_present) p ON true
     LEFT JOIN LATERAL (
       SELECT x.attributes_id WHERE x.first_present = q.first_absent
       UNION ALL
       SELECT i.attributes_id FROM route_interval i
       WHERE (i.source_id, i.route_id, i.first_present) = (x.source_id, x.id, q.first_absent)) n ON true
     WHERE coalesce(q.last_absent, '-infinity') <= $5 AND coalesce(q.first_absent, 'infinity') >= $4`,
    values: [sources, prefixes, kinds, formatIsoTime(from), formatIsoTime(to)],
    order: { at: 'q.first_present', ties: [{ column: 'x.id', type: 'int' }] },
    placeOf: (row) => [toEpochMs(row.first_present), row.route_id],
  })
  const sets = await AttributeSets.read(
    db,
    page.rows.flatMap(({ source_id: sourceId, attributes_id, previous_id, following_id }) =>
      [attributes_id, previous_id, following_id].map((attributesId) => ({ sourceId, attributesId })),
    ),
  )
  return mapPageRows(page, (row) => ({
    ...convertSourceRefRow(row),
    kind: row.kind,
    instance: row.instance || null,
    peer: row.peer || null,
    prefix: canonicalizeDatabasePrefix(row.prefix),
    attributes: sets.of(row.source_id, row.attributes_id),
    previous: sets.of(row.source_id, row.previous_id),
    following: sets.of(row.source_id, row.following_id),
    ...convertToPresenceBounds(row),
  }))
}
