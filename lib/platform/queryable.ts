import type { QueryResult, QueryResultRow } from 'pg'

/** Object that executes SQL statements: a pool, or a client inside a transaction. */
export type Queryable = {
  query<Row extends QueryResultRow>(text: string | PreparedStatement, values?: unknown[]): Promise<QueryResult<Row>>
}

/**
 * Statement that each database connection parses only once, identified by its name. Used for statements that run many
 * times a second.
 */
export type PreparedStatement = { name?: string; text: string; values: unknown[] }

/**
 * Runs a prepared statement with a separate name, and so a separate plan, for each combination of null parameters. Null
 * parameters determine which rows a condition such as `$1 IS NULL OR ...` reads.
 */
export async function queryPrepared<Row extends QueryResultRow>(
  db: Queryable,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const absent = values.map((value) => (value === null ? '-' : '+')).join('')
  const { rows } = await db.query<Row>({ name: `${name} ${absent}`, text, values })
  return rows
}

export function queryable(db: { readonly pool: Queryable } | Queryable): Queryable {
  return 'pool' in db ? db.pool : db
}

const columnNames = new Map<string, string>()

/** Converts a column name such as `first_seen` to the name in our types: `firstSeen`. */
function fieldOf(column: string): string {
  const known = columnNames.get(column) ?? column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  columnNames.set(column, known)
  return known
}

/**
 * Returns the rows of a statement in the form of the type `Row`: column names in camel case, and times in epoch
 * milliseconds. Values inside arrays and JSON are not converted, nor are numbers that Postgres returns as text.
 */
export async function readRows<Row>(
  db: Queryable,
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
