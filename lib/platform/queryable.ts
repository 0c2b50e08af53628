import type { QueryResult, QueryResultRow } from 'pg'

/** Anything that runs one statement: a pool, or a client inside a transaction. */
export type Queryable = {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>
}

export function queryable(db: { readonly pool: Queryable } | Queryable): Queryable {
  return 'pool' in db ? db.pool : db
}
