/** The ranges of neighbouring columns that meet and satisfy a predicate. @param columns in order */
export function rangesOf<Column extends { from: number; to: number }>(
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
