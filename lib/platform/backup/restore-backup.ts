import type pg from 'pg'
import { createDatabaseClient } from '../connection/index.ts'
import { applyMigrations, listKnownMigrations } from '../migrations/index.ts'
import {
  BACKUP_LIMITS,
  BACKUP_TABLES,
  BackupError,
  type BackupHeader,
  type BackupLimits,
  DAY_COLUMN_BY_TABLE,
  type BackupTableLine,
} from './format.ts'
import { parseBackupHeader, parseBackupLine, readBackup } from './read-backup.ts'

/** Number of rows that one statement inserts. */
const BATCH = 1_000
/**
 * Maximum size of the rows that wait for the next insert, in UTF-16 code units. From this size the rows are inserted,
 * even if there are fewer than BATCH of them.
 */
const BATCH_UNITS = 16 << 20

/**
 * Tables whose values give access to anyone who has them, for example sessions. A restore deletes their rows, so that
 * all users are signed out.
 */
const SESSIONS = ['access_session', 'access_link', 'access_verification']
/**
 * Tables whose rows may have been revoked after the backup was made. The backup does not contain such later
 * revocations, so a restore revokes all rows unless `keepTokens` is set.
 */
const REVOCABLE = ['access_token', 'snapshot']

interface RestoreOptions {
  /** folder with the migrations of this version */
  folder: string
  /**
   * value of SECRETS_KEY at the time of the backup; null = the seal is not checked, and the operator is responsible for
   * the file
   */
  secretsKey: string | null
  /** true = tokens and snapshot links of the backup stay valid; otherwise they are revoked */
  keepTokens?: boolean
  limits?: BackupLimits
  onTable?: (table: string) => void
}

/**
 * Fills an empty database with a backup. All users are signed out.
 * 1. It checks the seal of the file before it writes anything.
 * 2. It creates the tables as they were at the time of the backup.
 * 3. It loads all rows in one transaction. If this fails, no row of the backup is stored, so that the restore can be
 * repeated (ADR 0166).
 * 4. It applies the migrations that are newer than the backup.
 * The contents of the file are used only as values, never as SQL (ADR 0284).
 * @param url address of the database, with the role that will own the tables
 * @throws BackupError if the file is incomplete, changed, too large or from a newer version, or if the database is not
 *   empty; MigrationError
 */
export async function restoreBackup(
  url: string,
  file: string,
  { folder, secretsKey, keepTokens = false, limits = BACKUP_LIMITS, onTable }: RestoreOptions,
): Promise<{ header: BackupHeader; rows: number; revoked: number }> {
  const lines = readBackup(file, secretsKey, limits)
  const header = parseBackupHeader((await lines.next()).value, file)
  const known = new Set(listKnownMigrations(folder))
  const unknown = header.migrations.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new BackupError(
      `${file} is of Peerwatch ${header.version}, which is newer than this one (it has ${unknown.join(', ')}): restore it with that version`,
    )
  }
  await lines.return(undefined)
  for await (const _ of readBackup(file, secretsKey, limits)) {
    // the loop only reads the file to its end, because the seal is checked there
  }
  const client = createDatabaseClient(url, 'peerwatch-restore')
  await client.connect()
  try {
    await refuseUsed(client)
    await applyMigrations(url, { folder, last: header.migrations.at(-1) ?? '' })
    await client.query('BEGIN')
    const rows = await load(client, header, readBackup(file, secretsKey, limits), { file, limits, onTable })
    const revoked = await endAccess(client, keepTokens)
    await client.query('COMMIT')
    await applyMigrations(url, { folder })
    await client.query('ANALYZE')
    return { header, rows, revoked }
  } finally {
    // closing the connection rolls back an open transaction
    await client.end()
  }
}

/**
 * Throws an error if the database is not empty: it contains tables of another program, or it is in use by Peerwatch.
 * Every instance writes a row to `deployment` when it starts.
 * @throws BackupError
 */
async function refuseUsed(client: pg.Client): Promise<void> {
  const { rows: tables } = await client.query<BackupTableLine>(BACKUP_TABLES)
  if (tables.length === 0) return
  const isOurs = tables.some(({ table }) => table === 'deployment')
  const { rows } = isOurs ? await client.query('SELECT FROM deployment LIMIT 1') : { rows: [{}] }
  if (rows.length > 0) {
    throw new BackupError(
      `the database is not empty (it has ${tables.length} tables): name an empty one, nothing is written over`,
    )
  }
}

async function load(
  client: pg.Client,
  header: BackupHeader,
  lines: AsyncGenerator<string>,
  { file, limits, onTable }: { file: string; limits: BackupLimits; onTable: RestoreOptions['onTable'] },
): Promise<number> {
  const id = (name: string) => client.escapeIdentifier(name)
  const { rows: tables } = await client.query<BackupTableLine>(BACKUP_TABLES)
  const columnsOf = new Map(tables.map(({ table, columns }) => [table, columns.join()]))
  // delete the rows that the migrations inserted, because they would conflict with the rows of the backup
  await client.query(`TRUNCATE ${tables.map(({ table }) => id(table)).join(', ')}`)
  for (const { parent, day } of header.days)
    await client.query('SELECT ensure_day_partition($1, $2, $3::date)', [parent, DAY_COLUMN_BY_TABLE.get(parent), day])
  const references = await dropReferences(client)

  let rows = 0
  let into = ''
  let batch: string[] = []
  let units = 0
  const flush = async () => {
    if (batch.length === 0) return
    await client.query(`INSERT INTO ${id(into)} OVERRIDING SYSTEM VALUE SELECT * FROM unnest($1::${id(into)}[])`, [
      batch,
    ])
    rows += batch.length
    batch = []
    units = 0
  }
  let isFirst = true
  for await (const text of lines) {
    if (isFirst) {
      isFirst = false
      continue
    }
    const line = parseBackupLine(text, file)
    if ('row' in line) {
      if (into === '') throw new BackupError(`${file} has a row of no table: it was changed by hand`)
      batch.push(line.row)
      units += line.row.length
      if (rows + batch.length > limits.rows) throw new BackupError(`${file} has more than ${limits.rows} rows`)
      if (batch.length >= BATCH || units >= BATCH_UNITS) await flush()
      continue
    }
    await flush()
    if ('end' in line) {
      if (line.rows !== rows) throw new BackupError(`${file} has ${rows} rows of ${line.rows}: take another backup`)
      await client.query(references.map(({ add }) => add).join(';'))
      for (const { name, lastValue, isCalled } of header.sequences)
        await client.query(
          `SELECT setval(oid, $2::bigint, $3) FROM pg_class WHERE relname = $1 AND relkind = 'S' AND relnamespace = 'public'::regnamespace`,
          [name, lastValue, isCalled],
        )
      // Nothing may follow the end line except the seal. `lines` checks the seal itself (if the key is given) and does
      // not yield it, so any line here is an error.
      for await (const _ of lines) throw new BackupError(`${file} goes on after its end: it was changed by hand`)
      return rows
    }
    const { table, columns } = line
    if (columnsOf.get(table) !== columns.join())
      throw new BackupError(
        `${file} has other columns of ${JSON.stringify(table.slice(0, 63))} than its migrations make: it was changed by hand`,
      )
    into = table
    onTable?.(table)
  }
  throw new BackupError(`${file} ends in the middle: it was cut off`)
}

/**
 * Deletes the restored sessions. Also revokes the restored tokens and snapshot links, unless the operator chose to keep
 * them.
 * @returns number of revoked tokens and links
 */
async function endAccess(client: pg.Client, keepTokens: boolean): Promise<number> {
  const { rows: tables } = await client.query<BackupTableLine>(BACKUP_TABLES)
  const has = ({ table }: BackupTableLine, names: string[]) => names.includes(table)
  for (const { table } of tables.filter((one) => has(one, SESSIONS)))
    await client.query(`DELETE FROM ${client.escapeIdentifier(table)}`)
  let revoked = 0
  for (const { table } of keepTokens ? [] : tables.filter((one) => has(one, REVOCABLE))) {
    const name = client.escapeIdentifier(table)
    const done = await client.query(`UPDATE ${name} SET revoked_at = clock_timestamp() WHERE revoked_at IS NULL`)
    revoked += done.rowCount ?? 0
  }
  return revoked
}

/**
 * Drops all foreign keys, because the tables are loaded in alphabetical order and not in the order of their references.
 * @returns SQL statements that add the foreign keys again after all rows are loaded
 */
async function dropReferences(client: pg.Client): Promise<{ add: string }[]> {
  const { rows } = await client.query<{ drop: string; add: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS add
     FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND connamespace = 'public'::regnamespace`,
  )
  for (const { drop } of rows) await client.query(drop)
  return rows
}
