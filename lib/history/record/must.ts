import type { PoolClient } from 'pg'

/** Thrown inside the transaction: a row is no longer as the poll was compared with. */
export class NotAsRemembered extends Error {
  constructor(table: string) {
    super(`${table} is not as it was remembered`)
  }
}

/** Whether every row must be found: of what is remembered, not of what this transaction has read and locked. */
export type Must = boolean

/**
 * Runs a statement that is planned once for each connection.
 * @throws NotAsRemembered when it must write `expected` rows and wrote fewer
 */
export async function updated(
  client: PoolClient,
  must: Must,
  table: string,
  expected: number,
  { text, values }: { text: string; values: unknown[] },
): Promise<void> {
  const { rowCount } = await client.query({ name: `poll_${table}`, text, values })
  if (must && rowCount !== expected) throw new NotAsRemembered(table)
}
