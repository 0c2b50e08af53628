import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Number of shards of each table. */
export const SHARD_COUNT = 8

/**
 * Tables with a source that are not distributed, but stored on every node or on the coordinator (docs/operations.md,
 * "Beyond one PostgreSQL"): events may belong to several sources, configurations and log entries are queried by
 * resource, and leases are taken from one schedule.
 */
export const WHOLE_TABLES = ['activity_entry', 'event', 'poll_schedule', 'resource_history', 'resource_lease']

interface Table {
  name: string
  sequences: string[]
  /** partition key of the day partitions; null = not partitioned */
  days: string | null
  indexes: string[]
  exclusions: string[]
}

/** Returns every table with a source that is to be distributed, from the database catalog. */
async function tablesWithSource(db: SqlExecutor): Promise<Table[]> {
  const { rows } = await db.query<Table>(
    `SELECT t.relname AS name,
            array(SELECT s.relname::text FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
                  WHERE d.refobjid = t.oid AND d.deptype = 'a') AS sequences,
            pg_get_partkeydef(t.oid) AS days,
            array(SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i
                  WHERE i.indrelid = t.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype = 'x')) AS indexes,
            array(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'x') AS exclusions
     FROM pg_class t
     WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relname <> ALL ($1)
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'source_id' AND NOT a.attisdropped)
     ORDER BY 1`,
    [WHOLE_TABLES],
  )
  return rows
}

/**
 * Recreates the empty history tables of a database as they are when distributed by source: the same columns, checks and
 * keys, each in {@link SHARD_COUNT} hash partitions. Partitions with the same number would be on one node. Keys without the
 * source get it as their first column. All days of samples are in one partition. Foreign keys are left out, because
 * query plans do not depend on them.
 * @returns the names of the tables
 */
export async function distributeBySource(db: SqlExecutor): Promise<string[]> {
  const tables = await tablesWithSource(db)
  const { rows: views } = await db.query<{ name: string; definition: string }>(
    `SELECT relname AS name, pg_get_viewdef(oid) AS definition FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'v' ORDER BY oid`,
  )
  const statements = [
    'CREATE EXTENSION btree_gist',
    ...views.map(({ name }) => `DROP VIEW IF EXISTS ${name} CASCADE`),
    ...tables.flatMap(distributed),
    ...views.map(({ name, definition }) => `CREATE VIEW ${name} AS ${definition.replace(/;\s*$/, '')}`),
    // samples of all days are in the default partition
    `CREATE OR REPLACE FUNCTION ensure_day_partition(parent text, time_column text, day date) RETURNS boolean
     LANGUAGE sql AS 'SELECT false'`,
  ]
  await db.query(statements.join(';\n'))
  return tables.map(({ name }) => name)
}

function distributed({ name, sequences, days, indexes, exclusions }: Table): string[] {
  const old = `${name}_of_one`
  const hashed = 'PARTITION BY HASH (source_id)'
  const root = days === null ? name : `${name}_default`
  return [
    ...sequences.map((sequence) => `ALTER SEQUENCE ${sequence} OWNED BY NONE`),
    ...(days === null ? [] : [`ALTER TABLE ${root} RENAME TO ${root}_of_one`]),
    `ALTER TABLE ${name} RENAME TO ${old}`,
    `CREATE TABLE ${name} (LIKE ${old} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)
     ${days === null ? hashed : `PARTITION BY ${days}`}`,
    `DROP TABLE ${old} CASCADE`,
    ...(days === null ? [] : [`CREATE TABLE ${root} PARTITION OF ${name} DEFAULT ${hashed}`]),
    ...Array.from(
      { length: SHARD_COUNT },
      (_, n) =>
        `CREATE TABLE ${name}_shard_${n} PARTITION OF ${root} FOR VALUES WITH (MODULUS ${SHARD_COUNT}, REMAINDER ${n})`,
    ),
    ...indexes.map((index) => index.replace(' ON ONLY ', ' ON ').replace(WITHOUT_SOURCE, '$1source_id, ')),
    ...exclusions.map(
      (exclusion) => `ALTER TABLE ${name} ADD ${exclusion.replace('USING gist (', 'USING gist (source_id WITH =, ')}`,
    ),
  ]
}

/** Matches a unique index without the source, up to its first column. */
const WITHOUT_SOURCE = /^(CREATE UNIQUE INDEX .* USING btree \()(?!.*\bsource_id\b)/

/** Returns the shard with the rows of a source. */
export async function readShardOfSource(db: SqlExecutor, sourceId: number): Promise<number> {
  const { rows } = await db.query<{ shard: number }>(
    `SELECT n AS shard FROM generate_series(0, $1::int - 1) AS n
     WHERE satisfies_hash_partition('poll_state'::regclass, $1, n, $2::int)`,
    [SHARD_COUNT, sourceId],
  )
  const [row] = rows
  if (!row) throw new Error(`source ${sourceId} is in no shard`)
  return row.shard
}

/** Offset between the IDs of copies. IDs of sources and resources are smaller than this in a test. */
const APART = 1_000

/** Columns with another value in each copy, by table. */
const OF_A_COPY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  resource: {
    id: `id + n * ${APART}`,
    short_id: "short_id || '-' || n",
    arm_id: "arm_id || '-' || n",
    arm_key: "arm_key || '-' || n",
  },
  source: { id: `id + n * ${APART}`, resource_id: `resource_id + n * ${APART}` },
}

/**
 * Copies the recorded rows of every source to additional sources, with other resource IDs, until the tables are so
 * large that the planner prefers index lookups.
 * @param tables distributed tables that contain only these sources
 */
export async function copySources(db: SqlExecutor, tables: readonly string[], copies: number): Promise<void> {
  for (const table of ['resource', 'source', ...tables]) {
    const { rows } = await db.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
      [table],
    )
    const columns = rows.map(({ name }) => name)
    const changed = OF_A_COPY[table] ?? { source_id: `source_id + n * ${APART}` }
    await db.query(
      `INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${columns.map((column) => changed[column] ?? column).join(', ')} FROM ${table} CROSS JOIN generate_series(1, $1::int) AS n`,
      [copies],
    )
  }
  await db.query('ANALYZE')
}
