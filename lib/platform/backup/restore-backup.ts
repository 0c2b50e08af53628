import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import type pg from 'pg'
import { createDatabaseClient } from '../connection/index.ts'
import { applyMigrations, knownMigrations } from '../migrations/index.ts'
import { BackupError, type BackupHeader, type EndLine, FORMAT, KIND, BACKUP_TABLES, type TableLine } from './format.ts'

/** Rows that are written by one statement. */
const BATCH = 1_000

interface RestoreOptions {
  /** of this version's migrations */
  folder: string
  onTable?: (table: string) => void
}

/**
 * Fills an empty database with a backup: makes the tables as they were, loads every row in one transaction, and then applies the
 * migrations that the backup did not have yet. What fails leaves the database without rows, so that it can be tried again (ADR 0166).
 * @param url of the role that shall own the tables
 * @throws BackupError where the file is no whole backup or newer than this version, or the target is in use; MigrationError
 */
export async function restoreBackup(
  url: string,
  file: string,
  { folder, onTable }: RestoreOptions,
): Promise<{ header: BackupHeader; rows: number }> {
  const lines = readLines(file)
  const header = headerOf((await lines.next()).value, file)
  const known = new Set(knownMigrations(folder))
  const unknown = header.migrations.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new BackupError(
      `${file} is of Peerwatch ${header.version}, which is newer than this one (it has ${unknown.join(', ')}): restore it with that version`,
    )
  }
  const client = createDatabaseClient(url, 'peerwatch-restore')
  await client.connect()
  try {
    await refuseUsed(client)
    await applyMigrations(url, { folder, last: header.migrations.at(-1) ?? '' })
    await client.query('BEGIN')
    const rows = await load(client, header, lines, { file, onTable })
    await client.query('COMMIT')
    await applyMigrations(url, { folder })
    await client.query('ANALYZE')
    return { header, rows }
  } finally {
    // a transaction that is open goes with it
    await client.end()
  }
}

/** A database that was ever started with says whose estate it holds. */
async function refuseUsed(client: pg.Client): Promise<void> {
  const { rows: tables } = await client.query<TableLine>(BACKUP_TABLES)
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
  lines: AsyncGenerator<unknown>,
  { file, onTable }: { file: string; onTable: RestoreOptions['onTable'] },
): Promise<number> {
  const id = (name: string) => client.escapeIdentifier(name)
  const { rows: tables } = await client.query<TableLine>(BACKUP_TABLES)
  const columnsOf = new Map(tables.map(({ table, columns }) => [table, columns.join()]))
  // migrations may have put rows of their own into some
  await client.query(`TRUNCATE ${tables.map(({ table }) => id(table)).join(', ')}`)
  for (const { parent, name, bound } of header.partitions)
    await client.query(`CREATE TABLE IF NOT EXISTS ${id(name)} PARTITION OF ${id(parent)} ${bound}`)
  const references = await dropReferences(client)

  let rows = 0
  let into = ''
  let batch: string[] = []
  const flush = async () => {
    if (batch.length === 0) return
    await client.query(`INSERT INTO ${id(into)} OVERRIDING SYSTEM VALUE SELECT * FROM unnest($1::${id(into)}[])`, [
      batch,
    ])
    rows += batch.length
    batch = []
  }
  for await (const line of lines) {
    if (typeof line === 'string') {
      batch.push(line)
      if (batch.length >= BATCH) await flush()
      continue
    }
    await flush()
    if (isEnd(line)) {
      if (line.rows !== rows) throw new BackupError(`${file} has ${rows} rows of ${line.rows}: take another backup`)
      await client.query(references.map(({ add }) => add).join(';'))
      for (const { name, lastValue, isCalled } of header.sequences)
        await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [id(name), lastValue, isCalled])
      return rows
    }
    const { table, columns } = line as TableLine
    if (columnsOf.get(table) !== columns.join())
      throw new BackupError(`${file} has other columns of ${table} than its migrations make: it was changed by hand`)
    into = table
    onTable?.(table)
  }
  throw new BackupError(`${file} ends in the middle: it was cut off`)
}

/** References are checked when all rows are there, because tables come in the order of their names. */
async function dropReferences(client: pg.Client): Promise<{ add: string }[]> {
  const { rows } = await client.query<{ drop: string; add: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS add
     FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND connamespace = 'public'::regnamespace`,
  )
  for (const { drop } of rows) await client.query(drop)
  return rows
}

function headerOf(first: unknown, file: string): BackupHeader {
  const header = first as Partial<BackupHeader> | undefined
  if (header?.kind !== KIND) throw new BackupError(`${file} is no backup that npm run backup made`)
  if (header.format !== FORMAT)
    throw new BackupError(
      `${file} has format ${header.format}, and this version reads ${FORMAT}: use the version that made it`,
    )
  return header as BackupHeader
}

const isEnd = (line: unknown): line is EndLine => (line as Partial<EndLine>).end === true

async function* readLines(file: string): AsyncGenerator<unknown> {
  const packed = createReadStream(file)
  const unpacked = createGunzip()
  packed.on('error', (error) => unpacked.destroy(error))
  try {
    let rest = ''
    for await (const chunk of packed.pipe(unpacked).setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line)
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code?.startsWith('Z_') || error instanceof SyntaxError)
      throw new BackupError(`${file} can't be unpacked (${message}): it was cut off, or is no backup`)
    throw new BackupError(`${file} can't be read (${code ?? message})`)
  } finally {
    unpacked.destroy()
    packed.destroy()
  }
}
