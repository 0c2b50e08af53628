import type { QueryResult, QueryResultRow } from 'pg'
import type { Database } from './database.ts'

/** Anything that runs one statement: a pool, a client inside a transaction, or a {@link Database}. */
export type Queryable = {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>
}

export function queryable(db: Database | Queryable): Queryable {
  return 'pool' in db ? db.pool : db
}
