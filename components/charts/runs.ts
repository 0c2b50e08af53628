/**
 * What may still be reported at the end of a time range: after the last column, where none has come. Empty where all has.
 * @param columns in order, up to what must have come by `asOf`; all edges in epoch milliseconds
 */
export function pendingAfter(
  columns: readonly { to: number }[],
  [start, end]: readonly [number, number],
  asOf: number,
): { from: number; to: number }[] {
  const [from, to] = [Math.max(start, columns.at(-1)?.to ?? start), Math.min(end, asOf)]
  return from < to ? [{ from, to }] : []
}

/** The ranges of neighbouring columns that meet and satisfy a predicate. @param columns in order */
export function runRanges<Column extends { from: number; to: number }>(
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
