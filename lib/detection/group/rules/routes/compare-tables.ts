import {
  findCustomerPath,
  type AsPath,
  computeAsPathLength,
  comparePrefixes,
  doesPrefixContainPrefix,
  parsePrefix,
  type IpPrefix,
} from '#lib/bgp/index.ts'

/** A polled route table of a circuit path, identified by the circuit's scope and the path's subresource. */
export interface PathTableRef {
  scope: string
  subresource: string
}

/**
 * A prefix that differs between two compared sides, with the shortest AS path on each side; null if a side does not
 * have the prefix.
 */
export interface RouteTableDifference {
  prefix: string
  a: AsPath | null
  b: AsPath | null
}

/**
 * Current differences between the route tables of two sides that were both read. Only routes that customers' routers
 * announced are compared.
 */
export interface RouteTableComparison {
  /** number of prefixes on both sides */
  shared: number
  /** number of shared prefixes whose AS paths have different lengths */
  unequal: number
  onlyA: number
  onlyB: number
  /** the first differences in the order of addresses, at most {@link MAX_STORED_DIFFERENCES} */
  differences: RouteTableDifference[]
}

/**
 * Maximum number of stored differences, because the first differences are enough to see the problem. Further
 * differences are only counted.
 */
export const MAX_STORED_DIFFERENCES = 200

type Row = AsPath & { prefix: string }

/**
 * Compares the route tables of two sides. If a store compares tables with its own index (SQL), it must return the same
 * result.
 * @param within ranges of prefixes to compare; empty = all
 */
export function compareTables(
  a: readonly Row[],
  b: readonly Row[],
  within: readonly string[] = [],
): RouteTableComparison {
  const ranges = within.flatMap((text) => parsePrefix(text) ?? [])
  const [left, right] = [shortest(a, ranges), shortest(b, ranges)]
  const comparison: RouteTableComparison = { shared: 0, unequal: 0, onlyA: 0, onlyB: 0, differences: [] }
  for (const prefix of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(prefix) ?? null, right.get(prefix) ?? null]
    if (one && other) comparison.shared++
    if (one && other && computeAsPathLength(one) === computeAsPathLength(other)) continue
    if (one && other) comparison.unequal++
    else if (one) comparison.onlyA++
    else comparison.onlyB++
    comparison.differences.push({ prefix, a: one, b: other })
  }
  comparison.differences = comparison.differences.toSorted(byPrefix).slice(0, MAX_STORED_DIFFERENCES)
  return comparison
}

function shortest(rows: readonly Row[], ranges: readonly IpPrefix[]): Map<string, AsPath> {
  const paths = new Map<string, AsPath>()
  for (const row of rows) {
    const { prefix } = row
    if (ranges.length > 0 && !isWithin(prefix, ranges)) continue
    const reported = findCustomerPath(row)
    const known = paths.get(prefix)
    if (reported && (!known || computeAsPathLength(reported) < computeAsPathLength(known))) paths.set(prefix, reported)
  }
  return paths
}

function isWithin(text: string, ranges: readonly IpPrefix[]): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && ranges.some((range) => doesPrefixContainPrefix(range, prefix))
}

function byPrefix({ prefix: one }: RouteTableDifference, { prefix: other }: RouteTableDifference): number {
  const [left, right] = [parsePrefix(one), parsePrefix(other)]
  return left && right ? comparePrefixes(left, right) : one < other ? -1 : 1
}
