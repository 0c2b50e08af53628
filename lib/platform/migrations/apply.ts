import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createDatabaseClient } from '../connection/index.ts'
import {
  ensureMigrationsTable,
  recordMigrationFailure,
  recordMigrationEnd,
  recordMigrationStart,
  listPendingMigrations,
  readAppliedMigrations,
} from './bookkeeping.ts'
import { MigrationError } from './errors.ts'
import { type Migration, readMigrationsFromFolder } from './migrations-folder.ts'

/**
 * Key of the advisory lock for migrations. Prisma's own engine uses the same key, so that it never migrates at the same
 * time as this code.
 */
const MIGRATION_LOCK = 72_707_369

const LOCK_WITHIN_MS = 300_000
const OLDEST_SERVER = 150_000

/**
 * Limits for how long a migration waits for a lock on a table. While it waits, later queries of the table must wait,
 * too. Therefore it waits only `tableMs`, pauses for `pauseMs`, and tries again. It makes at most `attempts` attempts.
 * A migration outside a transaction has no such limits.
 */
type Patience = { tableMs: number; pauseMs: number; attempts: number }
const PATIENCE: Patience = { tableMs: 3_000, pauseMs: 2_000, attempts: 60 }
const LOCK_NOT_AVAILABLE = '55P03'

export type MigrationResult = {
  /** Names of the migrations that this call applied, in order. */
  applied: string[]
  /** Number of migrations that were already applied before. */
  upToDate: number
}

export type MigrationOptions = {
  /** Folder that contains a subfolder for each migration. */
  folder: string
  onProgress?: (name: string, index: number, total: number) => void
  /**
   * name of the last migration to apply; used to create the schema of an earlier version. Absent = all migrations are
   * applied
   */
  last?: string
  /** limits that differ from the default; for tests */
  patience?: Partial<Patience>
}

/**
 * Applies the migrations of `folder` that the database lacks, oldest first. Each is applied in its own transaction,
 * together with its row in `_prisma_migrations`, unless it is marked as running outside a transaction. Concurrent
 * callers wait for each other (ADR 0002).
 * @throws MigrationError
 */
export async function applyMigrations(url: string, options: MigrationOptions): Promise<MigrationResult> {
  const { last } = options
  const known = readMigrationsFromFolder(options.folder).filter(({ name }) => last === undefined || name <= last)
  const client = createDatabaseClient(url, 'peerwatch-migrate')
  await client.connect()
  try {
    await requireServerVersion(client)
    await takeLock(client)
    await ensureMigrationsTable(client)
    const applied = await readAppliedMigrations(client)
    const pending = listPendingMigrations(known, applied)
    for (const [index, migration] of pending.entries()) {
      options.onProgress?.(migration.name, index, pending.length)
      await (migration.inTransaction
        ? applyWhole(client, migration, { ...PATIENCE, ...options.patience })
        : applyBare(client, migration))
    }
    return { applied: pending.map((migration) => migration.name), upToDate: known.length - pending.length }
  } finally {
    await client.end() // closing the connection also releases the migration lock, which belongs to the database session
  }
}

async function requireServerVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text`,
  )
  const [version] = rows
  if (!version || version.number < OLDEST_SERVER) {
    throw new MigrationError(
      'server_too_old',
      `PostgreSQL ${version?.text ?? 'of unknown version'} is too old: point DATABASE_URL at version 15 or later`,
    )
  }
}

/**
 * Takes the lock for migrations. It is a lock of the database session and not a lease, because Prisma's engine uses
 * this kind of lock. If the machine of the holder vanishes, TCP keepalive ends its session and so releases the lock.
 * @throws MigrationError `busy` after the time limit
 */
async function takeLock(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_WITHIN_MS}`)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error
    throw new MigrationError(
      'busy',
      `another process has been migrating this database for ${LOCK_WITHIN_MS / 60_000} minutes: end it, then start again`,
      { cause: error },
    )
  }
  await client.query('SET lock_timeout = 0')
}

async function applyWhole(client: pg.Client, migration: Migration, patience: Patience): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('BEGIN')
      await client.query(`SET LOCAL lock_timeout = ${patience.tableMs}`)
      const id = await recordMigrationStart(client, migration)
      await client.query(migration.sql)
      await recordMigrationEnd(client, id)
      await client.query('COMMIT')
      return
    } catch (error) {
      await client.query('ROLLBACK')
      const isBusy = (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE
      if (!isBusy || attempt >= patience.attempts) throw failure(migration, error, 'rolled back')
      await delay(patience.pauseMs)
    }
  }
}

async function applyBare(client: pg.Client, migration: Migration): Promise<void> {
  const id = await recordMigrationStart(client, migration)
  try {
    await client.query(migration.sql)
  } catch (error) {
    await recordMigrationFailure(client, id, String(error))
    throw failure(migration, error, 'it runs outside a transaction, so part of it may be applied')
  }
  await recordMigrationEnd(client, id)
}

function failure(migration: Migration, error: unknown, consequence: string): MigrationError {
  const { message, position } = error as { message: string; position?: string }
  const line = position ? migration.sql.slice(0, Number(position)).split('\n').length : undefined
  return new MigrationError(
    'failed',
    `migration ${migration.name} failed${line ? ` at line ${line}` : ''}: ${message} (${consequence})`,
    { cause: error },
  )
}
