import { readDatabaseTime } from '../database-clock.ts'
import type { SqlExecutor } from '../queryable.ts'

/**
 * Makes this process assume that the database clock is ahead of the machine's clock by `ms` milliseconds. @returns
 * function that ends this
 */
export async function shiftDatabaseTime(ms: number): Promise<() => Promise<void>> {
  const say = (ahead: number) =>
    readDatabaseTime({ query: async () => ({ rows: [{ now: Date.now() + ahead }] }) } as unknown as SqlExecutor)
  await say(ms)
  return () => say(0)
}
