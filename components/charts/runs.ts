/**
 * Returns the part of a time range after the last column, for which Azure may still report values; empty if the columns
 * reach the end of the range.
 * @param columns columns in order of time, up to the last column that must have been reported; all times in epoch
 *   milliseconds
 * @param asOf time of the response, which limits the result
 */
export function findPendingRanges(
  columns: readonly { to: number }[],
  [start, end]: readonly [number, number],
  asOf: number,
): { from: number; to: number }[] {
  const [from, to] = [Math.max(start, columns.at(-1)?.to ?? start), Math.min(end, asOf)]
  return from < to ? [{ from, to }] : []
}

/**
 * Returns the ranges of columns that satisfy a predicate; adjacent columns become one range.
 * @param columns columns in order of time
 */
export function findMatchingRanges<Column extends { from: number; to: number }>(
  columns: readonly Column[],
  holds: (column: Column) => boolean,
): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = []
  for (const column of columns) {
    if (!holds(column)) continue
    const last = ranges.at(-1)
    if (last?.to === column.from) last.to = column.to
    else ranges.push({ from: column.from, to: column.to })
  }
  return ranges
}
