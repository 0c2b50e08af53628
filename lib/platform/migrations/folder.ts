import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { MigrationError } from './errors.ts'

/** One folder under prisma/migrations. */
export type Migration = {
  /** Folder name: `20260101120000_purpose`; names sort in the order of application. */
  name: string
  sql: string
  /** SHA-256 of the file's text, hex: what Prisma's bookkeeping stores. */
  checksum: string
  /** False when the file says `-- peerwatch: no-transaction` (it then holds a single statement). */
  inTransaction: boolean
}

const NO_TRANSACTION = /^--\s*peerwatch:\s*no-transaction\s*$/m

/** A PL/pgSQL block's BEGIN has no semicolon, so these are transaction commands. */
const OWN_TRANSACTION = /^\s*(?:BEGIN|COMMIT|ROLLBACK|START TRANSACTION)\s*;/im

/**
 * Reads the migrations of a folder, oldest first. A folder that does not exist holds none.
 * @throws MigrationError `broken_folder` when a migration has no migration.sql
 */
export function readMigrations(folder: string): Migration[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => readMigration(folder, name))
}

/** Names of the migrations of a folder, oldest first. @throws as {@link readMigrations} */
export const knownMigrations = (folder: string): string[] => readMigrations(folder).map(({ name }) => name)

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
