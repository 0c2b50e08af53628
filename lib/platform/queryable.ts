import type { QueryResult, QueryResultRow } from 'pg'

/** Object that executes SQL statements: a pool, or a client inside a transaction. */
export type SqlExecutor = {
  query<Row extends QueryResultRow>(text: string | PreparedStatement, values?: unknown[]): Promise<QueryResult<Row>>
}

/**
 * Statement that each database connection parses only once if it has a name. It is used for statements that run many
 * times a second.
 */
export type PreparedStatement = { name?: string; text: string; values: unknown[] }

/**
 * Runs a prepared statement. Each combination of null parameters gets its own name and therefore its own plan, because
 * null parameters determine which rows a condition such as `$1 IS NULL OR ...` selects.
 */
export async function queryWithPreparedStatement<Row extends QueryResultRow>(
  db: SqlExecutor,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const absent = values.map((value) => (value === null ? '-' : '+')).join('')
  const { rows } = await db.query<Row>({ name: `${name} ${absent}`, text, values })
  return rows
}

export function getSqlExecutor(db: { readonly pool: SqlExecutor } | SqlExecutor): SqlExecutor {
  return 'pool' in db ? db.pool : db
}

const columnNames = new Map<string, string>()

/** Returns the name of a column in the code: `firstSeen` for `first_seen`. */
function fieldOf(column: string): string {
  const known = columnNames.get(column) ?? column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  columnNames.set(column, known)
  return known
}

/**
 * Returns the rows of a statement with converted names and times: column names in camel case, times in epoch
 * milliseconds. Not converted are values inside arrays and JSON, and numbers that Postgres returns as text.
 */
export async function queryRowsInCamelCase<Row>(
  db: SqlExecutor,
  text: string | PreparedStatement,
  values?: unknown[],
): Promise<Row[]> {
  const { rows } = await db.query(text, values)
  return rows.map((row) => {
    const fields = Object.entries(row).map(([column, value]) => [
      fieldOf(column),
      value instanceof Date ? value.getTime() : value,
    ])
    return Object.fromEntries(fields) as Row
  })
}
