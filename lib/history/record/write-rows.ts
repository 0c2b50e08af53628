import type { QueryResult, QueryResultRow } from 'pg'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../times.ts'
import type { ClosedInterval, OpenInterval } from './interval.ts'

/**
 * Columns of the rows that a statement writes. Each has its Postgres type and a function that returns its value. Times
 * are epoch milliseconds.
 */
export type WrittenColumnDefinitions<Row> = Readonly<Record<string, readonly [type: Type, of: (row: Row) => unknown]>>

type Type = 'int' | 'bigint' | 'text' | 'inet' | 'boolean' | 'float8' | 'numeric' | 'timestamptz' | 'jsonb' | 'bytea'

/** Functions that convert values to the form in which Postgres reads them in arrays. */
const written: Partial<Record<Type, (value: never) => unknown>> = {
  timestamptz: formatIsoTime,
  numeric: (value: bigint | null) => value?.toString() ?? null,
  jsonb: (value: unknown) => (value === null ? null : JSON.stringify(value)),
}

/** Returns rows in the form of a table `n` for the FROM of a statement, with one array parameter per column. */
export function selectUnnestedRows<Row>(
  columns: WrittenColumnDefinitions<Row>,
  rows: readonly Row[],
): { names: readonly string[]; from: string; values: unknown[] } {
  const all = Object.entries(columns)
  const names = all.map(([name]) => name)
  const arrays = all.map(([, [type]], i) => `$${i + 1}::${type}[]`)
  return {
    names,
    from: `unnest(${arrays.join(', ')}) AS n (${names.join(', ')})`,
    values: all.map(([, [type, of]]) => {
      const write = written[type] as ((value: unknown) => unknown) | undefined
      return rows.map((row) => (write ? write(of(row) ?? null) : (of(row) ?? null)))
    }),
  }
}

/**
 * Inserts rows in one statement.
 * @param more end of the statement, for example `RETURNING id`
 * @param name name of a prepared statement, so that each connection plans the statement once
 */
export async function insertRows<Row, Returned extends QueryResultRow = never>(
  client: SqlExecutor,
  table: string,
  columns: WrittenColumnDefinitions<Row>,
  rows: readonly Row[],
  { more = '', name }: { more?: string; name?: string } = {},
): Promise<Returned[]> {
  if (rows.length === 0) return []
  const { names, from, values } = selectUnnestedRows(columns, rows)
  const text = `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM ${from} ${more}`
  return (await run<Returned>(client, text, values, name)).rows
}

/**
 * Updates rows by their keys in one statement.
 * @param set columns whose assigned value differs from `n.COLUMN`: an SQL expression over the stored row `t` and the
 *   given row `n`; null = not assigned
 * @param where additional condition
 * @param name name of a prepared statement, so that each connection plans the statement once
 * @returns number of rows found
 */
export async function updateRows<Row>(
  client: SqlExecutor,
  table: string,
  keys: WrittenColumnDefinitions<Row>,
  columns: WrittenColumnDefinitions<Row>,
  rows: readonly Row[],
  { set = {}, where, name }: { set?: Record<string, string | null>; where?: string; name?: string } = {},
): Promise<number> {
  if (rows.length === 0) return 0
  const { from, values } = selectUnnestedRows({ ...keys, ...columns }, rows)
  const own = Object.fromEntries(Object.keys(columns).map((column) => [column, `n.${column}`]))
  const assigned = Object.entries({ ...own, ...set }).flatMap(([column, value]) =>
    value === null ? [] : [`${column} = ${value}`],
  )
  const held = [...Object.keys(keys).map((key) => `t.${key} = n.${key}`), ...(where ? [where] : [])]
  const text = `UPDATE ${table} t SET ${assigned.join(', ')} FROM ${from} WHERE ${held.join(' AND ')}`
  return (await run(client, text, values, name)).rowCount ?? 0
}

const run = <Returned extends QueryResultRow>(
  client: SqlExecutor,
  text: string,
  values: unknown[],
  name: string | undefined,
): Promise<QueryResult<Returned>> => (name ? client.query({ name, text, values }) : client.query(text, values))

/** Returns the columns with the bounds of an ongoing interval. The values are null if the row is absent. */
export const createOpenIntervalColumns = <Row>(
  of: (row: Row) => OpenInterval | null,
  prefix = '',
): WrittenColumnDefinitions<Row> => ({
  [`${prefix}last_absent`]: ['timestamptz', (row) => of(row)?.lastAbsent],
  [`${prefix}first_present`]: ['timestamptz', (row) => of(row)?.firstPresent],
  [`${prefix}last_present`]: ['timestamptz', (row) => of(row)?.lastPresent],
})

/** Returns the columns with the bounds of an ended interval. */
export const createClosedIntervalColumns = <Row>(of: (row: Row) => ClosedInterval): WrittenColumnDefinitions<Row> => ({
  ...createOpenIntervalColumns(of),
  first_absent: ['timestamptz', (row) => of(row).firstAbsent],
})
