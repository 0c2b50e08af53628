import { hkdfSync } from 'node:crypto'

/**
 * A backup is a gzip file of lines, each a JSON value: the header, then for each table its name with its columns and a string for each row
 * (PostgreSQL's text of a composite value, which keeps every type exactly), then the end with the number of rows, then the seal: an
 * HMAC-SHA256 over all lines before it. It holds rows and no schema, because migrations make that, so that it fits any version of the server.
 */
export interface BackupHeader {
  kind: typeof KIND
  format: typeof FORMAT
  /** Peerwatch's */
  version: string
  takenAt: string
  /** PostgreSQL's, such as `18.4` */
  server: string
  /** that the database has, oldest first */
  migrations: string[]
  /** days of raw samples in UTC, such as `2026-01-05` */
  days: { parent: string; day: string }[]
  sequences: { name: string; lastValue: string; isCalled: boolean }[]
}

export const KIND = 'peerwatch-backup'
export const FORMAT = 2

/** Tables of raw samples with a partition for each day, and what they are parted by. */
export const DAYS_OF: ReadonlyMap<string, string> = new Map([
  ['counter_sample', 'started_at'],
  ['metric_sample', 'at'],
])

/** What a file may ask of whom restores it. Gzip packs at most 1,032 to 1, so that its size bounds the rest. */
export interface BackupLimits {
  /** UTF-16 units; the largest rows are snapshots of pages, of some megabytes */
  lineUnits: number
  rows: number
  /** for each of the two readings of the file, milliseconds */
  readMs: number
}
export const BACKUP_LIMITS: BackupLimits = { lineUnits: 64 << 20, rows: 2_000_000_000, readMs: 12 * 3_600_000 }

/** Begins the rows of a table. */
export type TableLine = { table: string; columns: string[] }
export type EndLine = { end: true; rows: number }
export type SealLine = { seal: string }

/** @param secretsKey as SECRETS_KEY; what it seals elsewhere has another key */
export const sealKeyOf = (secretsKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretsKey, '', 'peerwatch backup', 32))

/** What is wrong with a file or a target; `message` is one line for an operator. */
export class BackupError extends Error {
  override name = 'BackupError'
}

/** Tables of the schema by the name that the search path leads to, with their columns in order; partitions are part of their parents. */
export const BACKUP_TABLES = `
  SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
  GROUP BY c.relname ORDER BY c.relname`
