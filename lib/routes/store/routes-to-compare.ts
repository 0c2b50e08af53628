import type { EpochMs, RoutePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  formatIsoTime,
  parseIntegerList,
  type RouteStatesAtTwoMoments,
  selectRowState,
  UNKNOWN_ROUTE_STATE,
  formatSourceTableKey,
} from '#lib/history/statements.ts'

import {
  type PollCoverageAtMoment,
  type RouteKeyRow,
  type SourceRef,
  type RouteWithUnknownDifference,
  readPollCoverageOfMoment,
} from '#lib/history/index.ts'

/** Routes with the same table, instance and peer. */
interface Group {
  key: Omit<RouteKeyRow, 'prefix'>
  /** reason why the routes of the group cannot be compared; null = the group was observed at both times */
  unseen: Undecided | null
}

type Undecided = Pick<RouteWithUnknownDifference, 'reason' | 'at'>

export interface RouteAtTwoMoments extends RouteStatesAtTwoMoments {
  group: Group
}

interface Table {
  ref: SourceRef
  kind: RoutePollKind
  ends: { from: PollCoverageAtMoment; to: PollCoverageAtMoment }
}

/**
 * Result row for one group. `ids`, `before` and `after` are texts with one number for each route, separated by spaces.
 */
interface Row {
  source_id: number
  kind: RoutePollKind
  instance: string
  peer: string
  ids: string
  before: string
  after: string
}

/**
 * Returns the routes that may have changed since `from`, with their states at both times as far as they follow from the
 * newest row of the route. Also returns all routes of tables or instances that were not observed at one of the times.
 * Unchanged routes are not read, so that the cost depends only on the number of changes. Routes are ordered by table,
 * instance and peer.
 */
export async function readRoutesToCompare(
  db: SqlExecutor,
  query: { scope?: string | undefined; kinds: readonly RoutePollKind[]; from: EpochMs; to: EpochMs },
): Promise<RouteAtTwoMoments[]> {
  const tables = await tablesAtBothEnds(db, query)
  if (tables.size === 0) return []
  const { rows } = await db.query<Row>(
    `SELECT x.source_id, x.kind, x.instance, x.peer, string_agg(x.id::text, ' ') AS ids,
            string_agg((${selectRowState('$1')})::text, ' ') AS before, string_agg((${selectRowState('$2')})::text, ' ') AS after
     FROM jsonb_to_recordset($3) AS t (source_id int, kind text, whole boolean, silent text[])
     CROSS JOIN LATERAL (
       SELECT * FROM route WHERE source_id = t.source_id AND kind = t.kind AND source_id = ANY ($4::int[]) OFFSET 0) x
     WHERE t.whole OR x.instance = ANY (t.silent) OR x.first_present > $1 OR (x.first_present IS NULL AND x.closed_until > $1)
     GROUP BY x.source_id, x.kind, x.instance, x.peer
     ORDER BY x.source_id, x.kind, x.instance, x.peer`,
    [
      formatIsoTime(query.from),
      formatIsoTime(query.to),
      JSON.stringify([...tables.values()].map(parameterOf)),
      // The source IDs are also passed as an array. The query planner knows the length of an array, but not of JSON.
      [...new Set([...tables.values()].map(({ ref }) => ref.sourceId))],
    ],
  )
  return rows.flatMap((row) => {
    const table = tables.get(formatSourceTableKey(row.source_id, row.kind))
    return table ? routesOf(row, table) : []
  })
}

async function tablesAtBothEnds(
  db: SqlExecutor,
  { from, to, ...rest }: { scope?: string | undefined; kinds: readonly RoutePollKind[]; from: EpochMs; to: EpochMs },
): Promise<Map<string, Table>> {
  const [before, after] = await Promise.all([
    readPollCoverageOfMoment(db, { ...rest, at: from }),
    readPollCoverageOfMoment(db, { ...rest, at: to }),
  ])
  const tables = new Map<string, Table>()
  for (const kind of rest.kinds) {
    for (const [key, moment] of before) {
      const end = after.get(key)
      if (moment.kind === kind && end) tables.set(key, { ref: moment, kind, ends: { from: moment, to: end } })
    }
  }
  return tables
}

function parameterOf({ ref, kind, ends }: Table) {
  return {
    source_id: ref.sourceId,
    kind,
    whole: !ends.from.covered || !ends.to.covered,
    silent: [...ends.from.silentInstances, ...ends.to.silentInstances],
  }
}

function routesOf(row: Row, table: Table): RouteAtTwoMoments[] {
  const group = { key: keyOf(row, table), unseen: unseenAt(table, row.instance) }
  const [before, after] = [parseIntegerList(row.before), parseIntegerList(row.after)]
  return parseIntegerList(row.ids).map((id, i) => ({
    group,
    sourceId: row.source_id,
    id,
    before: before[i] ?? UNKNOWN_ROUTE_STATE,
    after: after[i] ?? UNKNOWN_ROUTE_STATE,
  }))
}

function keyOf({ instance, peer }: Row, { ref, kind }: Table): Group['key'] {
  return {
    sourceId: ref.sourceId,
    scope: ref.scope,
    scopeName: ref.scopeName,
    resourceId: ref.resourceId,
    resourceType: ref.resourceType,
    subresource: ref.subresource,
    peering: ref.peering,
    path: ref.path,
    kind,
    instance: instance || null,
    peer: peer || null,
  }
}

function unseenAt({ ends }: Table, instance: string): Undecided | null {
  const unseen = (end: PollCoverageAtMoment) => !end.covered || end.silentInstances.includes(instance)
  return createUndecidableRoute('not_covered', unseen(ends.from), unseen(ends.to))
}

/**
 * Returns a reason together with the time to which it applies (`from`, `to` or `both`); null if it applies to neither
 * time.
 */
export function createUndecidableRoute(reason: Undecided['reason'], from: boolean, to: boolean): Undecided | null {
  return from || to ? { reason, at: from && to ? 'both' : from ? 'from' : 'to' } : null
}
