/** Column of a stepped chart, whose value is constant from its start to its end. */
interface StepColumn {
  from: number
  to: number
}

type Values = Record<string, number | readonly [number, number] | null>
export type StepPoint<Of extends Values> = Of & { x: number }

/**
 * Returns the points of lines and areas that are drawn in steps (`type="stepAfter"`). A line has a gap if a value is
 * null or if a column does not start at the end of the previous column. A line extends to the end of the last column
 * before a gap, so that even a single column between two gaps has its full width.
 * @param columns columns in order of time
 * @param valuesOf returns the values of a column: null = unknown, never drawn as zero; a pair is a band from its lowest
 *   to its highest value
 */
export function buildSteppedPoints<Column extends StepColumn, Of extends Values>(
  columns: readonly Column[],
  valuesOf: (column: Column) => Of,
): StepPoint<Of>[] {
  const points: StepPoint<Of>[] = []
  for (const [index, column] of columns.entries()) {
    const values = valuesOf(column)
    points.push({ ...values, x: column.from })
    const next = columns[index + 1]
    if (next && next.from === column.to && isAlike(values, valuesOf(next))) continue
    points.push({ ...values, x: column.to })
    if (next && next.from > column.to) points.push({ ...nothing(values), x: column.to })
  }
  return points
}

const isAlike = (a: Values, b: Values): boolean =>
  Object.keys(a).every((key) => (a[key] === null) === (b[key] === null))

const nothing = <Of extends Values>(values: Of): Of =>
  Object.fromEntries(Object.keys(values).map((key) => [key, null])) as Of
