import type { QueryResult, QueryResultRow } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { attachPrismaToWrapper } from '#lib/platform/prisma/with-prisma.ts'
import type { PreparedStatement, SqlExecutor } from '#lib/platform/queryable.ts'
import { getRegisteredTables } from '../registered-tables.ts'
import { moveAccessScopeToConnection, getConnectionBelowScope } from '../scoped/scoped-reader.ts'
import { prependCommonTableExpressions, parseSelect } from '../scoped/limit-statement.ts'
import { formatIsoTime } from '../times.ts'

/**
 * Wraps a database connection so that every query reads the state that was known at a past moment. A query for the
 * current state then returns the state at that moment: intervals that began later are missing, and intervals that ended
 * later are still ongoing. If the connection is limited to a scope (the part of the estate that a user may see), this
 * limit still applies. The wrapper cannot write (docs/adr/0265-a-moment-is-a-reader.md).
 */
export function createPastReader(reader: SqlExecutor, at: EpochMs | undefined): SqlExecutor {
  if (at === undefined) return reader
  const base = getConnectionBelowScope(reader)
  return base ? moveAccessScopeToConnection(reader, pastOf(base, at)) : pastOf(reader, at)
}

function pastOf(base: SqlExecutor, at: EpochMs): SqlExecutor {
  const reader: SqlExecutor = {
    query<Row extends QueryResultRow>(
      asked: string | PreparedStatement,
      values: unknown[] = [],
    ): Promise<QueryResult<Row>> {
      if (typeof asked === 'string') {
        const past = pastStatement(asked, values, at)
        return base.query<Row>(past.text, past.values)
      }
      // The rewritten text differs from the given text. It is the same for all moments, because the moment is a
      // parameter.
      const { name, ...given } = asked
      const past = pastStatement(given.text, given.values, at)
      return base.query<Row>({ ...given, ...past, ...(name !== undefined && { name: `${name} then` }) })
    },
  }
  attachPrismaToWrapper(reader, base)
  return reader
}

function ruleOf(table: string): string | null {
  const past = getRegisteredTables().get(table)?.past ?? 'unchanged'
  if (past === 'unchanged') return null
  return past === 'forgotten' ? `SELECT * FROM public.${table} WHERE false` : past
}

/**
 * Returns the query with each table replaced by the rows that were known at the moment. Tables are found in the text by
 * their names: with the schema `public.` on a connection that is limited to a scope, without a schema on other
 * connections.
 */
function pastStatement(asked: string, values: readonly unknown[], at: EpochMs): { text: string; values: unknown[] } {
  const { text, begin } = parseSelect(asked)
  const isScoped = /\bpublic\./.test(text)
  const named = new Set(text.toLowerCase().match(isScoped ? /(?<=\bpublic\.)\w+/g : /\w+/g))
  const moment = `$${values.length + 1}::timestamptz`
  const nameOf = (table: string) => (isScoped ? `past_${table}` : table)
  const seen = [...named].flatMap((table) => {
    const rule = ruleOf(table)
    return rule === null ? [] : [`${nameOf(table)} AS NOT MATERIALIZED (${rule.replaceAll(':at', moment)})`]
  })
  if (seen.length === 0) return { text, values: [...values] }
  const whole = isScoped
    ? text.replaceAll(/\bpublic\.(\w+)/g, (name, table: string) => (ruleOf(table) === null ? name : nameOf(table)))
    : text
  const isBound = seen.some((table) => table.includes(moment))
  return {
    text: prependCommonTableExpressions(whole, begin, seen),
    values: isBound ? [...values, formatIsoTime(at)] : [...values],
  }
}
