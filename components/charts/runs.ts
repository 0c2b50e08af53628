export interface Run {
  /** index of its first column */
  start: number
  length: number
}

/** Runs of neighbouring columns that satisfy a predicate. */
export function runsOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): Run[] {
  const runs: Run[] = []
  for (const [index, item] of items.entries()) {
    if (!holds(item)) continue
    const last = runs.at(-1)
    if (last && last.start + last.length === index) last.length++
    else runs.push({ start: index, length: 1 })
  }
  return runs
}

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
