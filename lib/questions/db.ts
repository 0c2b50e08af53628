import type { Database } from '#lib/platform/database.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Database from which a response reads: a whole database, its pool, or a client inside a transaction. */
export type Db = Database | Queryable

export { getQueryable } from '#lib/platform/queryable.ts'
