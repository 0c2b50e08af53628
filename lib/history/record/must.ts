/** Thrown inside the transaction if a row differs from the remembered state with which the poll was compared. */
export class StaleStateError extends Error {
  constructor(table: string) {
    super(`${table} is not as it was remembered`)
  }
}

/**
 * Whether every row must be found. True for a remembered state; false for rows that this transaction has read and
 * locked.
 */
export type Must = boolean

/** @throws StaleStateError if all rows must be found, and fewer were */
export function mustFind(must: Must, table: string, found: number, expected: number): void {
  if (must && found !== expected) throw new StaleStateError(table)
}
