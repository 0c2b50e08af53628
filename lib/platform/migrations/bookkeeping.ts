import { randomUUID } from 'node:crypto'
import type { ClientBase } from 'pg'
import { MigrationError } from './errors.ts'
import type { Migration } from './migrations-folder.ts'

/** Row of `_prisma_migrations`, the table in which Prisma records applied migrations. */
type AppliedMigration = {
  name: string
  checksum: string
  finished: boolean
  rolledBack: boolean
}

/**
 * SQL statement that creates `_prisma_migrations` in the same form as Prisma's engine, so that Prisma's tools and this
 * code can read each other's rows.
 */
const TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  varchar(36) PRIMARY KEY NOT NULL,
  checksum            varchar(64) NOT NULL,
  finished_at         timestamptz,
  migration_name      varchar(255) NOT NULL,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`

/** Creates `_prisma_migrations` if it is missing. */
export async function ensureMigrationsTable(client: ClientBase): Promise<void> {
  const { rows } = await client.query(`SELECT to_regclass('_prisma_migrations') AS found`)
  if (rows[0]?.found === null) await client.query(TABLE)
}

/** Returns the rows of all migrations that were applied or attempted, in the order of their start. */
export async function readAppliedMigrations(client: ClientBase): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS "rolledBack"
     FROM _prisma_migrations ORDER BY started_at, migration_name`,
  )
  return rows
}

/**
 * Records the start of a migration.
 * @returns id of the migration's row
 */
export async function recordMigrationStart(client: ClientBase, migration: Migration): Promise<string> {
  const id = randomUUID()
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())`,
    [id, migration.checksum, migration.name],
  )
  return id
}

/**
 * Records the end of a migration.
 * @param id id of the migration's row
 */
export async function recordMigrationEnd(client: ClientBase, id: string): Promise<void> {
  await client.query(
    `UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`,
    [id],
  )
}

/**
 * Records the error of a migration that failed. Its row remains marked as not finished.
 * @param id id of the migration's row
 */
export async function recordMigrationFailure(client: ClientBase, id: string, logs: string): Promise<void> {
  await client.query(`UPDATE _prisma_migrations SET logs = $2 WHERE id = $1`, [id, logs])
}

/**
 * Returns the migrations of this code that the database lacks. It only compares the two lists, and checks that every
 * applied migration exists unchanged in this code.
 * @param known migrations of this code
 * @param applied rows of the database
 * @throws MigrationError newer_database, edited, failed_earlier or out_of_order
 */
export function listPendingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const effective = applied.filter((row) => !row.rolledBack)
  const half = effective.find((row) => !row.finished)
  if (half) {
    throw new MigrationError(
      'failed_earlier',
      `migration ${half.name} was interrupted on this database: restore a backup, or undo its changes and delete its row from _prisma_migrations, then start again`,
    )
  }
  const byName = new Map(known.map((migration) => [migration.name, migration]))
  const unknown = effective.filter((row) => !byName.has(row.name)).map((row) => row.name)
  if (unknown.length > 0) {
    throw new MigrationError(
      'newer_database',
      `this database is newer than this version of Peerwatch (it has ${unknown.join(', ')}): run the version that made it, or use another database`,
    )
  }
  const edited = effective.find((row) => byName.get(row.name)?.checksum !== row.checksum)
  if (edited) {
    throw new MigrationError(
      'edited',
      `migration ${edited.name} was edited after it was applied to this database: restore the file as it was, and put the change into a new migration`,
    )
  }
  const done = new Set(effective.map((row) => row.name))
  const pending = known.filter((migration) => !done.has(migration.name))
  const newestApplied = [...done].sort().at(-1)
  const late = pending.find((migration) => newestApplied !== undefined && migration.name < newestApplied)
  if (late) {
    throw new MigrationError(
      'out_of_order',
      `migration ${late.name} sorts before ${newestApplied}, which is applied already: give it a later name`,
    )
  }
  return pending
}
