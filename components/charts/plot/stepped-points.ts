/** A column of a stepped chart: it is as high from its start to its end. */
interface StepColumn {
  from: number
  to: number
}

type Values = Record<string, number | readonly [number, number] | null>
export type StepPoint<Of extends Values> = Of & { x: number }

/**
 * The points of stepped lines and areas (`type="stepAfter"`). A line breaks where its value is null or columns do not meet, and each
 * run of columns reaches to the end of its last one: a single column between two gaps is as wide as it lasted.
 * @param columns in order
 * @param valuesOf null = not known, never drawn as zero; a pair is a band
 */
export function steppedPoints<Column extends StepColumn, Of extends Values>(
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
