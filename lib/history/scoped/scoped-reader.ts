import type { QueryResult, QueryResultRow } from 'pg'
import { attachPrismaToWrapper } from '#lib/platform/prisma/with-prisma.ts'
import type { PreparedStatement, SqlExecutor } from '#lib/platform/queryable.ts'
import { limitStatementToAccessScope } from './limit-statement.ts'
import type { RowsVisibleInAccessScope } from './visible-rows.ts'

const SCOPED = Symbol.for('peerwatch.scoped')
type Scoped = SqlExecutor & {
  [SCOPED]?: { base: SqlExecutor; visible: RowsVisibleInAccessScope; tables: readonly string[] }
}

/**
 * Wraps a database connection so that every query, including Prisma's, reads only the rows that a scope (the part of
 * the estate that a user may see) may see. The wrapper cannot write.
 * @param tables every table and view of the database ({@link readTableNames})
 */
export function createScopedReader(
  base: SqlExecutor,
  visible: RowsVisibleInAccessScope,
  tables: readonly string[],
): SqlExecutor {
  const reader: Scoped = {
    [SCOPED]: { base, visible, tables },
    query<Row extends QueryResultRow>(
      asked: string | PreparedStatement,
      values: unknown[] = [],
    ): Promise<QueryResult<Row>> {
      if (typeof asked === 'string') {
        const scoped = limitStatementToAccessScope(asked, values, visible, tables)
        return base.query<Row>(scoped.text, scoped.values)
      }
      // The text differs by scope, so the same statement name would refer to several texts. Therefore the name is
      // removed, and the other options of Prisma's adapter are kept.
      const { name: _, ...given } = asked
      return base.query<Row>({ ...given, ...limitStatementToAccessScope(given.text, given.values, visible, tables) })
    },
  }
  attachPrismaToWrapper(reader, base)
  return reader
}

/** Returns the description of the rows that a connection may read; null = it is not limited to a scope. */
export const getReaderVisibility = (reader: SqlExecutor): RowsVisibleInAccessScope | null =>
  (reader as Scoped)[SCOPED]?.visible ?? null

/**
 * Returns the short IDs of shared resources. They have other owners, and a limited user sees only their name and state.
 */
export const getSharedIds = (reader: SqlExecutor): ReadonlySet<string> =>
  new Set(getReaderVisibility(reader)?.sharedShortIds)

/**
 * Returns the key under which results for a connection are cached: the name of its scope; '' = not limited to a scope.
 */
export const getReaderAudience = (reader: SqlExecutor): string => getReaderVisibility(reader)?.audience ?? ''

/**
 * Returns the connection that is wrapped by {@link createScopedReader}; null = the connection is not limited to a
 * scope.
 */
export const getConnectionBelowScope = (reader: object): SqlExecutor | null => (reader as Scoped)[SCOPED]?.base ?? null

/**
 * Returns another connection to the same database with the same scope as `reader`. If `reader` is not limited to a
 * scope, returns `base` itself.
 */
export function moveAccessScopeToConnection(reader: SqlExecutor, base: SqlExecutor): SqlExecutor {
  const { [SCOPED]: scoped } = reader as Scoped
  return scoped ? createScopedReader(base, scoped.visible, scoped.tables) : base
}

/**
 * Returns the names of all tables and views of the database. Those without a rule are included, so that they appear
 * empty to limited users.
 */
export async function readTableNames(db: SqlExecutor): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}
