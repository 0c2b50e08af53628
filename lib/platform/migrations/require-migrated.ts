import { createDatabaseClient } from '../connection/index.ts'
import { listPendingMigrations, readAppliedMigrations } from './bookkeeping.ts'
import { MigrationError } from './errors.ts'
import { readMigrationsFromFolder } from './migrations-folder.ts'

/**
 * Checks that a database has exactly the migrations of this code. The database is not changed.
 * @param folder folder that contains a subfolder for each migration
 * @throws MigrationError `behind` if the database lacks migrations; the errors of {@link listPendingMigrations} if it
 *   is newer or differs
 */
export async function requireMigrated(url: string, folder: string): Promise<void> {
  const known = readMigrationsFromFolder(folder)
  const client = createDatabaseClient(url, 'peerwatch-migrate')
  await client.connect()
  try {
    const { rows } = await client.query(`SELECT to_regclass('_prisma_migrations') AS found`)
    const applied = rows[0]?.found === null ? [] : await readAppliedMigrations(client)
    const pending = listPendingMigrations(known, applied)
    if (pending.length > 0) {
      throw new MigrationError(
        'behind',
        `this database is older than this version of Peerwatch (it lacks ${pending.map(({ name }) => name).join(', ')}): run npm run migrate`,
      )
    }
  } finally {
    await client.end()
  }
}
