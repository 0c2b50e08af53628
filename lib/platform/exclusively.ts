import { type Database, onClient } from './database.ts'

/**
 * Runs `work` unless it is running already, in this process or in any other on the same database. The lock is the
 * connection's, so that it is free again when a process dies; a connection that is lost meanwhile does not end the work.
 * @param name of the work, one for the whole product
 * @returns null when it is running elsewhere
 */
export function exclusively<T>(db: Database, name: string, work: () => Promise<T>): Promise<T | null> {
  return onClient(db.pool, async (client, discard) => {
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(hashtext('peerwatch job'), hashtext($1)) AS locked`,
      [name],
    )
    if (!rows[0]?.locked) return null
    try {
      return await work()
    } finally {
      // when that fails the connection is gone, and the lock with it
      await client.query(`SELECT pg_advisory_unlock(hashtext('peerwatch job'), hashtext($1))`, [name]).catch(discard)
    }
  })
}
