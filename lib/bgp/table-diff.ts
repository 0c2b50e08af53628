import { type AsPath, formatAsPath } from './as-path.ts'
import { comparePrefixes, parsePrefix } from './prefix.ts'

/** A row of a route table: where it stands (instance, peer, prefix) and what it says. Canonical text throughout. */
export interface TableRoute extends AsPath {
  instance: string | null
  peer: string | null
  prefix: string
  nextHop: string | null
  origin: string | null
  weight: number | null
  localPref: number | null
}

/**
 * What differs under one key (instance, peer, prefix). A table may hold several rows under a key (several next hops);
 * they are a set. `before` is empty for an announced route, `after` for a withdrawn one.
 */
interface RouteDifference<R extends TableRoute> {
  instance: string | null
  peer: string | null
  prefix: string
  before: R[]
  after: R[]
}

/** The net difference of two tables, each list by prefix, instance, peer. What came and went between is not in it. */
interface TableDiff<R extends TableRoute> {
  announced: RouteDifference<R>[]
  withdrawn: RouteDifference<R>[]
  changed: RouteDifference<R>[]
}

/**
 * Compares two route tables. Order, exact duplicates and fields beside those of `TableRoute` make no difference.
 * Laws: diff(a, a) is empty; apply(a, diff(a, b)) is b; diff(b, a) is the inverse of diff(a, b).
 * @throws RangeError if a prefix that differs is none
 */
export function diffTables<R extends TableRoute>(before: readonly R[], after: readonly R[]): TableDiff<R> {
  const old = group(before)
  const current = group(after)
  const diff: TableDiff<R> = { announced: [], withdrawn: [], changed: [] }
  for (const [key, rows] of current) {
    const former = old.get(key)
    if (!former) diff.announced.push(difference(new Map(), rows))
    else if (!sameRows(former, rows)) diff.changed.push(difference(former, rows))
  }
  for (const [key, rows] of old) if (!current.has(key)) diff.withdrawn.push(difference(rows, new Map()))
  return {
    announced: inOrder(diff.announced),
    withdrawn: inOrder(diff.withdrawn),
    changed: inOrder(diff.changed),
  }
}

/**
 * The table that `diff` leads to.
 * @throws RangeError if, at a key that the diff touches, `table` is not what the diff was taken from
 */
export function applyDiff<R extends TableRoute>(table: readonly R[], diff: TableDiff<R>): R[] {
  const groups = group(table)
  for (const { before, after, ...key } of [...diff.withdrawn, ...diff.changed, ...diff.announced]) {
    const id = keyOf(key)
    if (!sameRows(groups.get(id) ?? new Map(), rowsOf(before))) {
      throw new RangeError(`the diff was taken from another table: ${key.prefix} from ${key.peer ?? 'no peer'} differs`)
    }
    if (after.length > 0) groups.set(id, rowsOf(after))
    else groups.delete(id)
  }
  return canonicalTable([...groups.values()].flatMap((rows) => [...rows.values()]))
}

/** The diff that leads back. */
export function inverseDiff<R extends TableRoute>({ announced, withdrawn, changed }: TableDiff<R>): TableDiff<R> {
  const turn = ({ before, after, ...key }: RouteDifference<R>): RouteDifference<R> => ({
    ...key,
    before: after,
    after: before,
  })
  return { announced: withdrawn.map(turn), withdrawn: announced.map(turn), changed: changed.map(turn) }
}

/** The same table without exact duplicates, by prefix, instance, peer, then attributes. */
export function canonicalTable<R extends TableRoute>(rows: readonly R[]): R[] {
  const keys = [...group(rows).values()].map((same) => difference(same, new Map()))
  return inOrder(keys).flatMap(({ before }) => before)
}

/** Rows under one key by the text of their attributes: what two rows need to share to be one route. */
type RowSet<R> = ReadonlyMap<string, R>

function group<R extends TableRoute>(rows: readonly R[]): Map<string, RowSet<R>> {
  const groups = new Map<string, Map<string, R>>()
  for (const row of rows) {
    const key = keyOf(row)
    const same = groups.get(key)
    if (same) same.set(attributesOf(row), row)
    else groups.set(key, new Map([[attributesOf(row), row]]))
  }
  return groups
}

function rowsOf<R extends TableRoute>(rows: readonly R[]): RowSet<R> {
  return new Map(rows.map((row) => [attributesOf(row), row]))
}

/** A null and an empty field are the same absence. */
const keyOf = ({ instance, peer, prefix }: Pick<TableRoute, 'instance' | 'peer' | 'prefix'>) =>
  `${instance ?? ''}|${peer ?? ''}|${prefix}`

const attributesOf = (row: TableRoute) =>
  `${row.nextHop ?? ''}|${formatAsPath(row)}|${row.origin ?? ''}|${row.weight ?? ''}|${row.localPref ?? ''}`

function sameRows<R>(a: RowSet<R>, b: RowSet<R>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key))
}

function difference<R extends TableRoute>(before: RowSet<R>, after: RowSet<R>): RouteDifference<R> {
  const [first] = [...before.values(), ...after.values()]
  if (!first) throw new RangeError('a difference needs a row on one side at least')
  const { instance, peer, prefix } = first
  return { instance, peer, prefix, before: sortedRows(before), after: sortedRows(after) }
}

function sortedRows<R>(rows: RowSet<R>): R[] {
  return [...rows].sort(([a], [b]) => compareText(a, b)).map(([, row]) => row)
}

function inOrder<R extends TableRoute>(differences: RouteDifference<R>[]): RouteDifference<R>[] {
  return differences
    .map((entry) => ({ entry, prefix: prefixOf(entry.prefix) }))
    .sort(
      (a, b) =>
        comparePrefixes(a.prefix, b.prefix) ||
        compareText(a.entry.instance ?? '', b.entry.instance ?? '') ||
        compareText(a.entry.peer ?? '', b.entry.peer ?? ''),
    )
    .map(({ entry }) => entry)
}

function prefixOf(text: string) {
  const prefix = parsePrefix(text)
  if (!prefix) throw new RangeError(`no prefix: ${text}`)
  return prefix
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
