import { learnDatabaseTime } from '../database-clock.ts'
import type { Queryable } from '../queryable.ts'

/** Has this process believe that its database's clock is ahead of the machine's. @returns what makes them one again */
export async function databaseAhead(ms: number): Promise<() => Promise<void>> {
  const say = (ahead: number) =>
    learnDatabaseTime({ query: async () => ({ rows: [{ now: Date.now() + ahead }] }) } as unknown as Queryable)
  await say(ms)
  return () => say(0)
}
