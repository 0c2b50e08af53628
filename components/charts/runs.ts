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
