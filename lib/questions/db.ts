import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Database from which a response reads: a whole database, its pool, or a client inside a transaction. */
export type ReadableDatabase = Database | SqlExecutor

export { getSqlExecutor } from '#lib/platform/queryable.ts'
