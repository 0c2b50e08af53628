import type { QueryResult, QueryResultRow } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { letPrismaReachThrough } from '#lib/platform/prisma/with-prisma.ts'
import type { PreparedStatement, Queryable } from '#lib/platform/queryable.ts'
import { registeredTables } from '../registered-tables.ts'
import { onConnections, scopedBase } from '../scoped/scoped-reader.ts'
import { beforeTables, questionIn } from '../scoped/statement.ts'
import { iso } from '../times.ts'

/**
 * Reads what was known at a moment, whatever the question: intervals that began later are not there, and those that ended later last. Whoever
 * asks as of now asks as of then. A scope stays in force. It can't write (docs/adr/0265-a-moment-is-a-reader.md).
 * @param at undefined = now, for which it is the reader itself
 */
export function pastReader(reader: Queryable, at: EpochMs | undefined): Queryable {
  if (at === undefined) return reader
  const base = scopedBase(reader)
  return base ? onConnections(reader, pastOf(base, at)) : pastOf(reader, at)
}

function pastOf(base: Queryable, at: EpochMs): Queryable {
  const reader: Queryable = {
    query<Row extends QueryResultRow>(
      asked: string | PreparedStatement,
      values: unknown[] = [],
    ): Promise<QueryResult<Row>> {
      if (typeof asked === 'string') {
        const past = pastStatement(asked, values, at)
        return base.query<Row>(past.text, past.values)
      }
      // each text stands for one moment
      const { name: _, ...given } = asked
      return base.query<Row>({ ...given, ...pastStatement(given.text, given.values, at) })
    },
  }
  letPrismaReachThrough(reader, base)
  return reader
}

function ruleOf(table: string): string | null {
  const past = registeredTables().get(table)?.past ?? 'unchanged'
  if (past === 'unchanged') return null
  return past === 'forgotten' ? `SELECT * FROM public.${table} WHERE false` : past
}

/** The same question asked of what each table held then. A scoped reader names tables by their schema, everybody else without. */
function pastStatement(asked: string, values: readonly unknown[], at: EpochMs): { text: string; values: unknown[] } {
  const { text, begin } = questionIn(asked)
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
  return { text: beforeTables(whole, begin, seen), values: isBound ? [...values, iso(at)] : [...values] }
}
