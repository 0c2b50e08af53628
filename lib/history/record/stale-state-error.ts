/** Thrown inside a transaction if a row differs from the state in memory with which the poll was compared. */
export class StaleStateError extends Error {
  constructor(table: string) {
    super(`${table} is not as it was remembered`)
  }
}

/**
 * True if an update must find every row, because the poll was compared with a state in memory. False for rows that this
 * transaction has read and locked.
 */
export type MustFindEveryRow = boolean

/**
 * Checks that an update found all rows.
 * @throws StaleStateError if `must` is set and fewer rows were found
 */
export function checkRowsFound(must: MustFindEveryRow, table: string, found: number, expected: number): void {
  if (must && found !== expected) throw new StaleStateError(table)
}
