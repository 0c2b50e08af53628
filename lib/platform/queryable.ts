import type { QueryResult, QueryResultRow } from 'pg'

/** Anything that runs one statement: a pool, or a client inside a transaction. */
export type Queryable = {
  query<Row extends QueryResultRow>(text: string | PreparedStatement, values?: unknown[]): Promise<QueryResult<Row>>
}

/** A statement that each connection parses once, by its name. For those that are asked many times a second. */
export type PreparedStatement = { name?: string; text: string; values: unknown[] }

/** Asks by such a statement, with a plan for each set of parameters that are absent: those choose what `$1 IS NULL OR ...` reads. */
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

/** `first_seen` as our types name it: `firstSeen`. */
function fieldOf(column: string): string {
  const known = columnNames.get(column) ?? column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  columnNames.set(column, known)
  return known
}

/**
 * What a statement returns, as the type `Row` has it: columns in camel case, instants in epoch milliseconds. Values within arrays and JSON stay as they
 * are, and so do numbers that Postgres writes as text.
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
