/** Thrown inside the transaction: a row is no longer as the poll was compared with. */
export class NotAsRemembered extends Error {
  constructor(table: string) {
    super(`${table} is not as it was remembered`)
  }
}

/** Whether every row must be found: of what is remembered, not of what this transaction has read and locked. */
export type Must = boolean

/** @throws NotAsRemembered when all rows must be found, and fewer were */
export function mustFind(must: Must, table: string, found: number, expected: number): void {
  if (must && found !== expected) throw new NotAsRemembered(table)
}
