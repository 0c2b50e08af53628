import { getRegisteredTables } from '../registered-tables.ts'
import type { SelectStatement } from '../types/tables.ts'
import { ACCESS_SCOPE_PARAMETERS } from './scope-selects.ts'
import type { RowsVisibleInAccessScope } from './visible-rows.ts'

/** Thrown if a connection that is limited to a scope gets a statement that cannot be limited. */
class ScopedStatementError extends Error {
  override name = 'ScopedStatementError'
}

const BEGIN = /^\s*(?:--[^\n]*\n\s*)*(?:with\s+(recursive\s+)?|(?=select\b))/i
/** Schema prefix that Prisma uses for tables. */
const PRISMAS = '"public".'
const CHANGES = /\b(insert\s+into|update\s+\w+\s+(?:as\s+\w+\s+)?set|delete\s+from|merge\s+into|truncate)\b/i

/**
 * Returns a SELECT statement without Prisma's schema prefixes, and the regular expression match of its begin (SELECT or
 * WITH).
 * @throws ScopedStatementError for any other statement
 */
export function parseSelect(asked: string): { text: string; begin: RegExpExecArray } {
  const text = asked.replaceAll(PRISMAS, '')
  const begin = BEGIN.exec(text)
  if (!begin || CHANGES.test(text)) throw new ScopedStatementError('a scoped reader only reads')
  return { text, begin }
}

/**
 * Puts common table expressions before a query, in front of the query's own.
 * @param tables common table expressions
 */
export function prependCommonTableExpressions(
  text: string,
  [matched, recursive = '']: RegExpExecArray,
  tables: readonly string[],
): string {
  const own = /with\s/i.test(matched) ? ', ' : ' '
  return `WITH ${recursive}${tables.join(', ')}${own}${text.slice(matched.length)}`
}

/**
 * Limits a query to a scope. Each table in the text is replaced by a common table expression with the table's name that
 * contains only the visible rows. Postgres inlines it into the query, so indexes are used as before.
 * @param tables every existing table and view; those without a registered rule appear empty
 * @throws ScopedStatementError if the statement is not a plain SELECT, or names a schema
 */
export function limitStatementToAccessScope(
  asked: string,
  values: readonly unknown[],
  visible: RowsVisibleInAccessScope,
  tables: Iterable<string>,
): { text: string; values: unknown[] } {
  const { text, begin } = parseSelect(asked)
  if (/\bpublic\s*\./i.test(text)) throw new ScopedStatementError('a question of a scoped reader names no schema')
  const named = new Set(text.toLowerCase().match(/\w+/g))
  const bound: unknown[] = [...values]
  const places = new Map<string, number>()
  const bind = (name: string) => {
    const { type, value } = ACCESS_SCOPE_PARAMETERS[name as keyof typeof ACCESS_SCOPE_PARAMETERS]
    if (!places.has(name)) places.set(name, bound.push(value(visible)))
    return `$${places.get(name)}::${type}`
  }
  const seen = [...tables].flatMap((table) => {
    if (!named.has(table)) return []
    const rule = ruleFor(table, visible) ?? `SELECT * FROM public.${table} WHERE false`
    return [`${table} AS NOT MATERIALIZED (${rule.replaceAll(/(?<!:):([a-zA-Z]+)/g, (_, name: string) => bind(name))})`]
  })
  if (seen.length === 0) return { text, values: bound }
  return { text: prependCommonTableExpressions(text, begin, seen), values: bound }
}

/** Returns the rule (SQL of the visible rows) of a table; undefined = the table appears empty. */
function ruleFor(table: string, { parts }: Pick<RowsVisibleInAccessScope, 'parts'>): SelectStatement | undefined {
  const scope = getRegisteredTables().get(table)?.scope ?? 'hidden'
  if (typeof scope === 'object') return parts.sources.length === 0 ? scope.whole : scope.part
  return scope === 'hidden' ? undefined : scope
}
