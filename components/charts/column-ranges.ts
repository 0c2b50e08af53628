/**
 * Returns the range after the last column of a chart, up to the end of the chart or to `asOf`. In this range, Azure may
 * still report values. Returns an empty list if the columns reach the end.
 * @param columns columns in order of time, up to the newest column for which Azure must already have reported values;
 *   all times in epoch milliseconds
 * @param asOf time of the response; later times are not part of the result
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
 * Returns the time ranges of the columns that satisfy a predicate; adjacent columns become one range.
 * @param columns columns in order of time
 */
export function findMatchingColumnRanges<Column extends { from: number; to: number }>(
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
