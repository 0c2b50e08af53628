import { createHmac } from 'node:crypto'
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type pg from 'pg'
import { createDatabaseClient } from '../connection/index.ts'
import {
  BACKUP_LIMITS,
  BACKUP_TABLES,
  BackupError,
  type BackupHeader,
  DAY_COLUMN_BY_TABLE,
  type BackupEndLine,
  BACKUP_FORMAT_VERSION,
  BACKUP_FILE_KIND,
  type BackupSealLine,
  deriveSealKey,
  type BackupTableLine,
} from './format.ts'

/** Number of rows that are fetched and held in memory at a time. */
const BATCH = 2_000

interface BackupOptions {
  /** version of Peerwatch, which is stored in the backup */
  version: string
  /** value of SECRETS_KEY, from which the key of the file's seal is derived */
  secretsKey: string
  now: Date
  onTable?: (table: string) => void
}

/**
 * Writes all rows of a database into a backup file. The file contains the state of a single moment, even while other
 * processes write. The file gets its final name only when it is complete, and only its owner can read it.
 * @param url address of the database, with a role that may read every table
 * @returns number of rows
 * @throws BackupError if a row is too long to be restored; errors of the server or the file system
 */
export async function writeBackup(url: string, file: string, options: BackupOptions): Promise<number> {
  const client = createDatabaseClient(url, 'peerwatch-backup')
  await client.connect()
  const draft = `${file}.part`
  const counted = { rows: 0 }
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const lines = Readable.from(sealed(linesOf(client, options, counted), options.secretsKey))
    await pipeline(lines, createGzip(), createWriteStream(draft, { mode: 0o600 }))
    await client.query('COMMIT')
    renameSync(draft, file)
    return counted.rows
  } finally {
    rmSync(draft, { force: true })
    await client.end()
  }
}

async function* linesOf(client: pg.Client, options: BackupOptions, counted: { rows: number }): AsyncGenerator<string> {
  yield line(await headerOf(client, options))
  const { rows: tables } = await client.query<BackupTableLine>(BACKUP_TABLES)
  for (const { table, columns } of tables) {
    options.onTable?.(table)
    yield line({ table, columns } satisfies BackupTableLine)
    const name = client.escapeIdentifier(table)
    await client.query(`DECLARE backup NO SCROLL CURSOR FOR SELECT whole_row::text AS row FROM ${name} AS whole_row`)
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`FETCH ${BATCH} FROM backup`)
      if (rows.length === 0) break
      counted.rows += rows.length
      for (const { row } of rows) yield line(row)
    }
    await client.query('CLOSE backup')
  }
  yield line({ end: true, rows: counted.rows } satisfies BackupEndLine)
}

async function* sealed(lines: AsyncIterable<string>, secretsKey: string): AsyncGenerator<string> {
  const hmac = createHmac('sha256', deriveSealKey(secretsKey))
  for await (const text of lines) {
    hmac.update(text)
    yield text
  }
  yield line({ seal: hmac.digest('hex') } satisfies BackupSealLine)
}

function line(value: unknown): string {
  const text = JSON.stringify(value)
  if (text.length > BACKUP_LIMITS.lineUnits)
    throw new BackupError(`a row has ${text.length} characters, more than a restore reads: use pg_dump`)
  return `${text}\n`
}

async function headerOf(client: pg.Client, { version, now }: BackupOptions): Promise<BackupHeader> {
  const { rows: migrations } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1',
  )
  const { rows: days } = await client.query<BackupHeader['days'][number]>(
    `SELECT p.relname AS parent, to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') AS day
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
     WHERE p.relname = ANY($1) AND c.relname ~ '_[0-9]{8}$' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2`,
    [[...DAY_COLUMN_BY_TABLE.keys()]],
  )
  const { rows: names } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  )
  const sequences: BackupHeader['sequences'] = []
  for (const { name } of names) {
    const { rows } = await client.query(
      `SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${client.escapeIdentifier(name)}`,
    )
    sequences.push({ name, ...rows[0] })
  }
  const { rows: server } = await client.query(`SELECT current_setting('server_version') AS version`)
  return {
    kind: BACKUP_FILE_KIND,
    format: BACKUP_FORMAT_VERSION,
    version,
    takenAt: now.toISOString(),
    server: String(server[0]?.version).split(' ')[0] ?? '',
    migrations: migrations.map(({ name }) => name),
    days,
    sequences,
  }
}
