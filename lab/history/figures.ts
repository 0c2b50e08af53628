import { existsSync, readFileSync } from 'node:fs'
import type { QueryResult, QueryResultRow } from 'pg'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

export const printBenchLine = (line = '') => process.stdout.write(`${line}\n`)
export const formatMilliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`

export interface RunTimeStatistics {
  p50: number
  p95: number
  worst: number
  /** CPU time of the database and of this process per run, in ms; null if the system does not report it */
  cpu: number | null
}

/** Measures a function that runs once for each input, sequentially, after a few warm-up runs. */
export async function measureFunctionRunTimes<T>(
  db: Database,
  inputs: readonly T[],
  run: (input: T) => Promise<unknown>,
): Promise<RunTimeStatistics> {
  for (const input of inputs.slice(0, 3)) await run(input)
  const taken: number[] = []
  const begunAt = { server: await serverCpuMs(db), own: process.cpuUsage() }
  for (const input of inputs) {
    const begun = performance.now()
    await run(input)
    taken.push(performance.now() - begun)
  }
  const own = process.cpuUsage(begunAt.own)
  const server = await serverCpuMs(db)
  const used =
    server === null || begunAt.server === null ? null : server - begunAt.server + (own.user + own.system) / 1000
  taken.sort((a, b) => a - b)
  const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(share * taken.length))] ?? 0
  return { p50: at(0.5), p95: at(0.95), worst: taken.at(-1) ?? 0, cpu: used === null ? null : used / inputs.length }
}

export const formatRunTimeStatistics = ({ p50, p95, cpu }: RunTimeStatistics) =>
  `p50 ${formatMilliseconds(p50)}, p95 ${formatMilliseconds(p95)}${cpu === null ? '' : `, CPU ${formatMilliseconds(cpu)}`}`

const TICK_MS = 10

/** Returns the CPU time of the server processes of this database's connections, in ms; null if there is no /proc. */
async function serverCpuMs(db: Database): Promise<number | null> {
  if (!existsSync('/proc/self/stat')) return null
  const { rows } = await db.pool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`,
  )
  return rows.reduce((sum, { pid }) => {
    // the name in parentheses may contain spaces; user and system time are the 12th and 13th field after it
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK_MS
  }, 0)
}

/** Returns a seeded generator of integers below a bound. */
export function createRandom(seed: number): (below: number) => number {
  const generator = xoroshiro128plus(seed)
  return (below) => uniformInt(generator, 0, below - 1)
}

interface Statement {
  text: string
  values: unknown[]
}

/** Returns a queryable that forwards statements and records them, so that their plans can be printed. */
export function recordStatements(db: Database): { q: SqlExecutor; statements: Statement[] } {
  const statements: Statement[] = []
  return {
    statements,
    q: {
      query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> {
        statements.push({ text, values })
        return db.pool.query<Row>(text, values)
      },
    },
  }
}

/** Prints the executed plan of the first statement that contains `word`. */
export async function printPlan(db: Database, name: string, word: string, run: (q: SqlExecutor) => Promise<unknown>) {
  const { q, statements } = recordStatements(db)
  await run(q)
  const statement = statements.find(({ text }) => text.includes(word))
  if (!statement) throw new Error(`no statement of ${name} holds ${word}`)
  const { rows } = await db.pool.query(`EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) ${statement.text}`, statement.values)
  printBenchLine(`\n  plan of ${name}:`)
  for (const row of rows) printBenchLine(`    ${row['QUERY PLAN']}`)
}

export interface TableAndIndexSizes {
  heap: number
  indexes: number
}

/** Returns the size of some tables including TOAST, and of their indexes, in bytes. */
export async function readTableSizes(db: Database, tables: readonly string[]): Promise<TableAndIndexSizes> {
  const { rows } = await db.pool.query<{ heap: string; indexes: string }>(
    'SELECT sum(pg_table_size(t::regclass)) AS heap, sum(pg_indexes_size(t::regclass)) AS indexes FROM unnest($1::text[]) t',
    [tables],
  )
  return { heap: Number(rows[0]?.heap ?? 0), indexes: Number(rows[0]?.indexes ?? 0) }
}

/** Returns the names of a table and of its partitions. */
export async function listTablePartitions(db: Database, table: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    'SELECT relid::text AS name FROM pg_partition_tree($1::text::regclass) WHERE isleaf UNION SELECT $1::text',
    [table],
  )
  return rows.map(({ name }) => name)
}

export async function indexSizes(db: Database, table: string): Promise<{ name: string; bytes: number }[]> {
  const { rows } = await db.pool.query<{ name: string; bytes: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_relation_size(i.indexrelid) AS bytes FROM pg_index i
     WHERE i.indrelid = $1::regclass ORDER BY 1`,
    [table],
  )
  return rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }))
}
