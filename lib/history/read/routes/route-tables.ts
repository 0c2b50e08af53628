import type { EpochMs, RouteAttributes, RoutePollKind } from '#lib/contract/index.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '../../record/routes/route-table.ts'
import { createTimeBoundsFromColumns } from '../../times.ts'
import type { CertaintyOfState, PollCoverageAtMoment, RouteAtMoment, SourceRef } from '../../types.ts'
import { readPollCoverageOfMoment } from '../polls/coverage-at.ts'
import type { RouteEntryRow } from './route-entry.ts'
import {
  createResourceCondition,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
} from '../polls/list-sources.ts'

/** A polled route table. */
export interface ListedRouteTable extends SourceRef {
  kind: RoutePollKind
  /** instances that did not respond in the last poll */
  silentInstances: string[]
}

/** Returns the route tables in scope that were ever polled; keys are `sourceId/kind`. */
export async function readRouteTablesOfResource(
  db: SqlExecutor,
  scope: string | undefined,
  kinds: readonly RoutePollKind[],
): Promise<Map<string, ListedRouteTable>> {
  const rows = await queryWithPreparedStatement<SourceRefRow & { kind: RoutePollKind; silent_instances: string[] }>(
    db,
    'routeTables',
    `SELECT ${SOURCE_COLUMNS}, p.kind, p.silent_instances
     FROM poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ${createResourceCondition(1)} AND p.kind = ANY ($2)`,
    [scope ?? null, kinds],
  )
  return new Map(
    rows.map((row) => [
      formatSourceTableKey(row.source_id, row.kind),
      { ...convertSourceRefRow(row), kind: row.kind, silentInstances: row.silent_instances },
    ]),
  )
}

export const formatSourceTableKey = (sourceId: number, kind: RoutePollKind) => `${sourceId}/${kind}`

/** Row of a query of route tables: one route of a set of equal routes. */
export interface RouteAtRow extends Pick<RouteEntryRow, 'instance' | 'prefix'> {
  source_id: number
  kind: RoutePollKind
  peer: string
  attributes: RouteAttributes
  last_absent: Date | null
  first_present: Date
  sure: boolean
}

/**
 * Returns the rows with their route table, and whether each was observed at the requested moment.
 * @param query.at null = now
 */
export async function convertRouteRows(
  db: SqlExecutor,
  rows: readonly RouteAtRow[],
  tables: ReadonlyMap<string, ListedRouteTable>,
  query: { scope?: string | undefined; kinds: readonly RoutePollKind[]; at: EpochMs | null },
): Promise<RouteAtMoment[]> {
  const { scope, kinds, at } = query
  const moments = at === null || rows.length === 0 ? null : await readPollCoverageOfMoment(db, { scope, kinds, at })
  return rows.flatMap((row) => {
    const table = tables.get(formatSourceTableKey(row.source_id, row.kind))
    if (!table) return []
    const moment = moments?.get(formatSourceTableKey(row.source_id, row.kind))
    return [routeAt(row, table, moments ? knownThen(row, moment) : knownNow(row, table))]
  })
}

/**
 * Returns how certain a current row is: `indeterminate` if its instance did not report in the last poll, because the
 * instance may have lost the route since then; otherwise `observed`.
 */
function knownNow(row: RouteAtRow, { silentInstances }: ListedRouteTable): CertaintyOfState {
  return silentInstances.includes(row.instance) ? 'indeterminate' : 'observed'
}

function knownThen(row: RouteAtRow, moment: PollCoverageAtMoment | undefined): CertaintyOfState {
  if (!moment?.covered || moment.silentInstances.includes(row.instance)) return 'unknown'
  return row.sure ? 'observed' : 'indeterminate'
}

function routeAt(row: RouteAtRow, table: ListedRouteTable, known: CertaintyOfState): RouteAtMoment {
  const { silentInstances: _, ...ref } = table
  return {
    ...ref,
    instance: row.instance || null,
    peer: row.peer || null,
    prefix: canonicalizeDatabasePrefix(row.prefix),
    ...row.attributes,
    since: createTimeBoundsFromColumns(row.last_absent, row.first_present),
    known,
  }
}
