/**
 * A backup is a gzip file of lines, each a JSON value: the header, then for each table its name with its columns and a string for each row
 * (PostgreSQL's text of a composite value, which keeps every type exactly), then the end with the number of rows. It holds rows and no
 * schema, because migrations make that, so that it fits any version of the server.
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
  /** days of raw samples; `bound` as in CREATE TABLE ... PARTITION OF */
  partitions: { parent: string; name: string; bound: string }[]
  sequences: { name: string; lastValue: string; isCalled: boolean }[]
}

export const KIND = 'peerwatch-backup'
export const FORMAT = 1

/** Begins the rows of a table. */
export type TableLine = { table: string; columns: string[] }
export type EndLine = { end: true; rows: number }

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
