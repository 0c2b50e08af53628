import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { MigrationError } from './errors.ts'

/** Migration in a folder under prisma/migrations. */
export type Migration = {
  /**
   * Name of the folder, for example `20260101120000_purpose`. Alphabetical order is the order in which migrations are
   * applied.
   */
  name: string
  sql: string
  /** SHA-256 of the file's text in hex, as Prisma stores it in `_prisma_migrations`. */
  checksum: string
  /**
   * false = the migration is marked with `-- peerwatch: no-transaction`, because its only statement cannot run in a
   * transaction
   */
  inTransaction: boolean
}

const NO_TRANSACTION = /^--\s*peerwatch:\s*no-transaction\s*$/m

/**
 * Pattern for commands that begin or end a transaction. The BEGIN of a PL/pgSQL block does not match, because no
 * semicolon follows it.
 */
const OWN_TRANSACTION = /^\s*(?:BEGIN|COMMIT|ROLLBACK|START TRANSACTION)\s*;/im

/**
 * Reads the migrations of a folder, oldest first. A missing folder counts as empty.
 * @throws MigrationError `broken_folder` if a migration has no migration.sql or contains transaction commands
 */
export function readMigrationsFromFolder(folder: string): Migration[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => readMigration(folder, name))
}

/**
 * Returns the names of the migrations of a folder, oldest first.
 * @throws the errors of {@link readMigrationsFromFolder}
 */
export const listKnownMigrations = (folder: string): string[] =>
  readMigrationsFromFolder(folder).map(({ name }) => name)

function readMigration(folder: string, name: string): Migration {
  const file = path.join(folder, name, 'migration.sql')
  if (!existsSync(file)) {
    throw new MigrationError(
      'broken_folder',
      `migration ${name} has no migration.sql: restore the file or remove the folder`,
    )
  }
  const sql = readFileSync(file, 'utf8')
  const inTransaction = !NO_TRANSACTION.test(sql)
  if (inTransaction && OWN_TRANSACTION.test(sql)) {
    throw new MigrationError(
      'broken_folder',
      `migration ${name} ends its transaction by itself: leave BEGIN and COMMIT out of it`,
    )
  }
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex'), inTransaction }
}
