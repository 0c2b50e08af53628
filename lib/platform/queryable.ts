import type { QueryResult, QueryResultRow } from 'pg'

/** Anything that runs one statement: a pool, or a client inside a transaction. */
export type Queryable = {
  query<Row extends QueryResultRow>(text: string | PreparedStatement, values?: unknown[]): Promise<QueryResult<Row>>
}

/** A statement that each connection parses once, by its name. For those that are asked many times a second. */
export type PreparedStatement = { name?: string; text: string; values: unknown[] }

export function queryable(db: { readonly pool: Queryable } | Queryable): Queryable {
  return 'pool' in db ? db.pool : db
}
