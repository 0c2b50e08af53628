import type { QueryResult, QueryResultRow } from 'pg'
import { letPrismaReachThrough } from '#lib/platform/prisma/with-prisma.ts'
import type { PreparedStatement, Queryable } from '#lib/platform/queryable.ts'
import { scopedStatement } from './statement.ts'
import type { Visible } from './visible.ts'

const SCOPED = Symbol.for('peerwatch.scoped')
type Scoped = Queryable & { [SCOPED]?: { base: Queryable; visible: Visible; tables: readonly string[] } }

/**
 * Reads what a scope sees, whatever the question: the rows of everything else are not there. Prisma's statements pass here too. It can't write.
 * @param tables every table and view of the database ({@link tablesOf})
 */
export function scopedReader(base: Queryable, visible: Visible, tables: readonly string[]): Queryable {
  const reader: Scoped = {
    [SCOPED]: { base, visible, tables },
    query<Row extends QueryResultRow>(
      asked: string | PreparedStatement,
      values: unknown[] = [],
    ): Promise<QueryResult<Row>> {
      if (typeof asked === 'string') {
        const scoped = scopedStatement(asked, values, visible, tables)
        return base.query<Row>(scoped.text, scoped.values)
      }
      // each scope's text is another one, so that a name would stand for several; what Prisma's adapter asks for beside it stays
      const { name: _, ...given } = asked
      return base.query<Row>({ ...given, ...scopedStatement(given.text, given.values, visible, tables) })
    },
  }
  letPrismaReachThrough(reader, base)
  return reader
}

/** What a reader sees; null = everything. */
export const visibleTo = (reader: Queryable): Visible | null => (reader as Scoped)[SCOPED]?.visible ?? null

/** Short ids of what a reader shares with others: somebody else's, seen by name and state. */
export const sharedIds = (reader: Queryable): ReadonlySet<string> => new Set(visibleTo(reader)?.sharedShortIds)

/** Under which name what is computed for a reader is kept; '' = for whoever sees everything. */
export const audienceOfReader = (reader: Queryable): string => visibleTo(reader)?.audience ?? ''

/** What a scoped reader reads from; null = it is none. */
export const scopedBase = (reader: object): Queryable | null => (reader as Scoped)[SCOPED]?.base ?? null

/** The same scope on other connections to the same database. */
export function onConnections(reader: Queryable, base: Queryable): Queryable {
  const { [SCOPED]: scoped } = reader as Scoped
  return scoped ? scopedReader(base, scoped.visible, scoped.tables) : base
}

/** Every table and view there is, so that those without a rule are known by name. */
export async function tablesOf(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}
