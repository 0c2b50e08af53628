import { hkdfSync } from 'node:crypto'

/**
 * Header of a backup file. The file is gzip with lines of JSON values: the header; for each table a line with its name
 * and columns, and a string for each row (PostgreSQL's text of a composite value, which keeps every type exactly); the
 * end with the number of rows; and the seal, an HMAC-SHA256 over all previous lines. The file has rows but no schema,
 * because migrations create the schema; so it fits any version of the server.
 */
export interface BackupHeader {
  kind: typeof KIND
  format: typeof FORMAT
  /** version of Peerwatch */
  version: string
  takenAt: string
  /** version of PostgreSQL, for example `18.4` */
  server: string
  /** applied migrations, oldest first */
  migrations: string[]
  /** daily partitions of raw samples, in UTC, for example `2026-01-05` */
  days: { parent: string; day: string }[]
  sequences: { name: string; lastValue: string; isCalled: boolean }[]
}

export const KIND = 'peerwatch-backup'
export const FORMAT = 2

/** Tables of raw samples with one partition a day, and the column that decides the partition. */
export const DAYS_OF: ReadonlyMap<string, string> = new Map([
  ['counter_sample', 'started_at'],
  ['metric_sample', 'at'],
])

/** Limits that a restore accepts. Gzip compresses at most 1,032 to 1, so the size of the file limits the rest. */
export interface BackupLimits {
  /** maximum length of a line in UTF-16 units; the largest rows are snapshots of pages, with several megabytes */
  lineUnits: number
  rows: number
  /** maximum time for each of the two reads of the file, in milliseconds */
  readMs: number
}
export const BACKUP_LIMITS: BackupLimits = { lineUnits: 64 << 20, rows: 2_000_000_000, readMs: 12 * 3_600_000 }

/** Line that starts the rows of a table. */
export type TableLine = { table: string; columns: string[] }
export type EndLine = { end: true; rows: number }
export type SealLine = { seal: string }

/** Derives the key of the seal. @param secretsKey value of SECRETS_KEY; other uses of SECRETS_KEY derive other keys */
export const sealKeyOf = (secretsKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretsKey, '', 'peerwatch backup', 32))

/** Error about a backup file or a target database; `message` is one line for the operator. */
export class BackupError extends Error {
  override name = 'BackupError'
}

/**
 * Statement that lists the tables of the schema, with their columns in order. Partitions are included in their parent
 * tables.
 */
export const BACKUP_TABLES = `
  SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
  GROUP BY c.relname ORDER BY c.relname`
