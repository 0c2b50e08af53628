import { hkdfSync } from 'node:crypto'

/**
 * First line of a backup file. A backup file is compressed with gzip and contains lines of JSON values in this order:
 * - the header
 * - for each table, a line with its name and columns, then one string per row (PostgreSQL's text of a composite value,
 * which keeps every type exactly)
 * - the end line with the number of rows
 * - the seal, which is an HMAC-SHA256 over all previous lines
 * The file contains no schema, because migrations create the schema. Therefore it can be restored on any server
 * version.
 */
export interface BackupHeader {
  kind: typeof BACKUP_FILE_KIND
  format: typeof BACKUP_FORMAT_VERSION
  /** version of Peerwatch that wrote the backup */
  version: string
  takenAt: string
  /** version of the PostgreSQL server whose data the backup contains, for example `18.4` */
  server: string
  /** names of the migrations that were applied to the database, oldest first */
  migrations: string[]
  /** daily partitions of raw samples, in UTC, for example `2026-01-05` */
  days: { parent: string; day: string }[]
  sequences: { name: string; lastValue: string; isCalled: boolean }[]
}

export const BACKUP_FILE_KIND = 'peerwatch-backup'
export const BACKUP_FORMAT_VERSION = 2

/** Tables of raw samples, which have one partition per day, with the column whose value determines the partition. */
export const DAY_COLUMN_BY_TABLE: ReadonlyMap<string, string> = new Map([
  ['counter_sample', 'started_at'],
  ['metric_sample', 'at'],
])

/**
 * Limits that a restore accepts for the contents of a backup file. The amount of unpacked data needs no separate limit,
 * because gzip compresses at most 1,032 to 1.
 */
export interface BackupLimits {
  /**
   * maximum length of a line in UTF-16 code units; the longest lines are rows with snapshots of pages, which have
   * several megabytes
   */
  lineUnits: number
  rows: number
  /** maximum time in milliseconds for each of the two passes in which a restore reads the file */
  readMs: number
}
export const BACKUP_LIMITS: BackupLimits = { lineUnits: 64 << 20, rows: 2_000_000_000, readMs: 12 * 3_600_000 }

/** Line with the name and columns of a table. The rows of the table follow it. */
export type BackupTableLine = { table: string; columns: string[] }
export type BackupEndLine = { end: true; rows: number }
export type BackupSealLine = { seal: string }

/**
 * Returns the key with which the seal of a backup is computed (HMAC).
 * @param secretsKey value of SECRETS_KEY; keys for other purposes are also derived from it
 */
export const deriveSealKey = (secretsKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretsKey, '', 'peerwatch backup', 32))

/** Error about a backup file or a target database; `message` is one line for the operator. */
export class BackupError extends Error {
  override name = 'BackupError'
}

/**
 * SQL statement that lists the tables of the schema with their columns in order, except the table of applied
 * migrations. Partitions are not listed, because the parent table contains their rows.
 */
export const BACKUP_TABLES = `
  SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
  GROUP BY c.relname ORDER BY c.relname`
