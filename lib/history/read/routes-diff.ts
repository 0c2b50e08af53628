import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { RouteKind } from '../record/route-kinds.ts'
import { prefixFromDatabase } from '../record/route-table.ts'
import { iso } from '../times.ts'
import type {
  MomentCoverage,
  RouteDifferenceRow,
  RouteKeyRow,
  RoutesDiff,
  SourceRef,
  UndecidableRoute,
} from '../types.ts'
import { AttributeSets } from './attribute-sets.ts'
import { coverageAt } from './coverage-at.ts'
import { intervalBegunBy, routeThen } from './route-as-of.ts'
import { tableKey } from './route-tables.ts'

interface Row {
  source_id: number
  kind: RouteKind
  instance: string
  peer: string
  prefix: string
  before_id: number | null
  after_id: number | null
  /** null where nothing was so */
  before_sure: boolean | null
  after_sure: boolean | null
}

interface Table {
  ref: SourceRef
  kind: RouteKind
  ends: { from: MomentCoverage; to: MomentCoverage }
}

/**
 * The net difference of all route tables in scope between two moments, in the order of prefixes. A key that was not covered at
 * one of them, or lies there between the samples around a change, is undecidable, if a route stands under it at either.
 *
 * Routes that have not changed since before `from` are passed over by their own row, those that one interval carries over the
 * whole time after one look-up, so the work grows with what changed.
 */
export async function routesDiff(
  db: Queryable,
  query: { scope?: string | undefined; kinds: readonly RouteKind[]; from: EpochMs; to: EpochMs },
): Promise<RoutesDiff> {
  const tables = await tablesAtBothEnds(db, query)
  const { rows } = await db.query<Row>(
    `SELECT r.source_id, r.kind, r.instance, r.peer, text(r.prefix) AS prefix,
            b.attributes_id AS before_id, e.attributes_id AS after_id, b.sure AS before_sure, e.sure AS after_sure
     FROM (
       SELECT x.*, t.whole OR x.instance = ANY (t.silent) AS unseen, i.attributes_id AS to_attributes_id,
              i.last_absent AS to_last_absent, i.first_present AS to_first_present, i.last_present AS to_last_present,
              i.first_absent AS to_first_absent
       FROM jsonb_to_recordset($3) AS t (source_id int, kind text, whole boolean, silent text[])
       JOIN route x ON x.source_id = t.source_id AND x.kind = t.kind AND x.source_id = ANY ($4::int[])
       ${intervalBegunBy('$2', 'x', 'i')}
       WHERE t.whole OR x.instance = ANY (t.silent) OR (
         (x.first_present > $1 OR (x.first_present IS NULL AND x.closed_until > $1))
         AND NOT coalesce(i.first_present <= $1 AND $2 <= i.last_present, false))
       OFFSET 0) r
     ${routeThen('$1', 'b')}
     ${routeThen('$2', 'e', 'to_')}
     WHERE (b.attributes_id IS NOT NULL OR e.attributes_id IS NOT NULL)
       AND (r.unseen OR NOT b.sure OR NOT e.sure OR b.attributes_id IS DISTINCT FROM e.attributes_id)
     ORDER BY r.prefix, r.source_id, r.kind, r.instance, r.peer`,
    [
      iso(query.from),
      iso(query.to),
      JSON.stringify([...tables.values()].map(parameterOf)),
      // said once more as an array, of which the planner knows the length
      [...new Set([...tables.values()].map(({ ref }) => ref.sourceId))],
    ],
  )
  return sortOut(db, rows, tables)
}

async function tablesAtBothEnds(
  db: Queryable,
  { from, to, ...rest }: { scope?: string | undefined; kinds: readonly RouteKind[]; from: EpochMs; to: EpochMs },
): Promise<Map<string, Table>> {
  const [before, after] = await Promise.all([
    coverageAt(db, { ...rest, at: from }),
    coverageAt(db, { ...rest, at: to }),
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

async function sortOut(db: Queryable, rows: readonly Row[], tables: ReadonlyMap<string, Table>): Promise<RoutesDiff> {
  const diff: RoutesDiff = { announced: [], withdrawn: [], changed: [], undecidable: [] }
  const decided: { row: Row; key: RouteKeyRow }[] = []
  for (const row of rows) {
    const table = tables.get(tableKey(row.source_id, row.kind))
    if (!table) continue
    const key = keyOf(row, table)
    const reason = undecidedBy(row, table)
    if (reason) diff.undecidable.push({ ...key, ...reason })
    else decided.push({ row, key })
  }
  const sets = await AttributeSets.read(db, idsOf(decided))
  for (const { row, key } of decided) {
    const difference: RouteDifferenceRow = {
      ...key,
      before: sets.of(row.source_id, row.before_id),
      after: sets.of(row.source_id, row.after_id),
    }
    if (row.before_id === null) diff.announced.push(difference)
    else if (row.after_id === null) diff.withdrawn.push(difference)
    else diff.changed.push(difference)
  }
  return diff
}

function* idsOf(decided: Iterable<{ row: Row }>) {
  for (const { row } of decided) {
    yield { sourceId: row.source_id, attributesId: row.before_id }
    yield { sourceId: row.source_id, attributesId: row.after_id }
  }
}

function keyOf(row: Row, { ref, kind }: Table): RouteKeyRow {
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
    instance: row.instance || null,
    peer: row.peer || null,
    prefix: prefixFromDatabase(row.prefix),
  }
}

/** Null: what was so is known at both moments. */
function undecidedBy(row: Row, { ends }: Table): Pick<UndecidableRoute, 'reason' | 'at'> | null {
  const unseen = (end: MomentCoverage) => !end.covered || end.silentInstances.includes(row.instance)
  const [fromUnseen, toUnseen] = [unseen(ends.from), unseen(ends.to)]
  if (fromUnseen || toUnseen) return { reason: 'not_covered', at: which(fromUnseen, toUnseen) }
  const [fromUnsure, toUnsure] = [row.before_sure === false, row.after_sure === false]
  return fromUnsure || toUnsure ? { reason: 'indeterminate', at: which(fromUnsure, toUnsure) } : null
}

const which = (from: boolean, to: boolean): UndecidableRoute['at'] => (from && to ? 'both' : from ? 'from' : 'to')
