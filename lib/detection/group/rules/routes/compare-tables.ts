import {
  announcedByCustomer,
  type AsPath,
  asPathLength,
  comparePrefixes,
  containsPrefix,
  parsePrefix,
  type Prefix,
} from '#lib/bgp/index.ts'

/** A polled path table: a circuit's scope and the part of its source. */
export interface TableRef {
  scope: string
  subresource: string
}

/** A prefix that two sides report otherwise: the shortest path on each, null where a side has none. */
export interface TableDifference {
  prefix: string
  a: AsPath | null
  b: AsPath | null
}

/** How what customers' routers reported two sides differs now, tables that were both read. */
export interface TableComparison {
  /** prefixes that both have */
  shared: number
  /** of these, those with another length of AS path */
  unequal: number
  onlyA: number
  onlyB: number
  /** the first of those that differ by address, {@link DIFFERENCES_KEPT} at most */
  differences: TableDifference[]
}

/** Of more differences than these, only the number is known: what is wrong shows in the first ones. */
export const DIFFERENCES_KEPT = 200

type Row = AsPath & { prefix: string }

/**
 * Compares two sides row by row: the rule that a store with an index of its own has to keep to.
 * @param within ranges that are meant; none = all
 */
export function compareTables(a: readonly Row[], b: readonly Row[], within: readonly string[] = []): TableComparison {
  const ranges = within.flatMap((text) => parsePrefix(text) ?? [])
  const [left, right] = [shortest(a, ranges), shortest(b, ranges)]
  const comparison: TableComparison = { shared: 0, unequal: 0, onlyA: 0, onlyB: 0, differences: [] }
  for (const prefix of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(prefix) ?? null, right.get(prefix) ?? null]
    if (one && other) comparison.shared++
    if (one && other && asPathLength(one) === asPathLength(other)) continue
    if (one && other) comparison.unequal++
    else if (one) comparison.onlyA++
    else comparison.onlyB++
    comparison.differences.push({ prefix, a: one, b: other })
  }
  comparison.differences = comparison.differences.toSorted(byPrefix).slice(0, DIFFERENCES_KEPT)
  return comparison
}

function shortest(rows: readonly Row[], ranges: readonly Prefix[]): Map<string, AsPath> {
  const paths = new Map<string, AsPath>()
  for (const row of rows) {
    const { prefix } = row
    if (ranges.length > 0 && !isWithin(prefix, ranges)) continue
    const reported = announcedByCustomer(row)
    const known = paths.get(prefix)
    if (reported && (!known || asPathLength(reported) < asPathLength(known))) paths.set(prefix, reported)
  }
  return paths
}

function isWithin(text: string, ranges: readonly Prefix[]): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && ranges.some((range) => containsPrefix(range, prefix))
}

function byPrefix({ prefix: one }: TableDifference, { prefix: other }: TableDifference): number {
  const [left, right] = [parsePrefix(one), parsePrefix(other)]
  return left && right ? comparePrefixes(left, right) : one < other ? -1 : 1
}
