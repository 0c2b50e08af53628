import { type Database, onClient } from './database.ts'

/**
 * Runs `work` under a Postgres advisory lock, unless it is running already, in this process or in another one on the same
 * database. The lock belongs to the connection, so that it is released when a process dies; losing the connection does not end
 * the work.
 * @param name unique for the whole product
 * @returns null if the work is running elsewhere
 */
export function withAdvisoryLock<T>(db: Database, name: string, work: () => Promise<T>): Promise<T | null> {
  return onClient(db.pool, async (client, discard) => {
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(hashtext('peerwatch job'), hashtext($1)) AS locked`,
      [name],
    )
    if (!rows[0]?.locked) return null
    try {
      return await work()
    } finally {
      // if that fails the connection is gone, and the lock with it
      await client.query(`SELECT pg_advisory_unlock(hashtext('peerwatch job'), hashtext($1))`, [name]).catch(discard)
    }
  })
}
