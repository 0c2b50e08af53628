import { registeredTables } from '../registered-tables.ts'
import type { Select } from '../types/tables.ts'
import { BOUND } from './rules.ts'
import type { Visible } from './visible.ts'

/** A scoped reader was asked for something that it can't do without seeing more than its scope. */
class ScopedStatementError extends Error {
  override name = 'ScopedStatementError'
}

const BEGIN = /^\s*(?:--[^\n]*\n\s*)*(?:with\s+(recursive\s+)?|(?=select\b))/i
/** How Prisma names a table's schema. */
const PRISMAS = '"public".'
const CHANGES = /\b(insert\s+into|update\s+\w+\s+(?:as\s+\w+\s+)?set|delete\s+from|merge\s+into|truncate)\b/i

/** A plain question, its tables without Prisma's schema, and how it begins. @throws ScopedStatementError for any other statement */
export function questionIn(asked: string): { text: string; begin: RegExpExecArray } {
  const text = asked.replaceAll(PRISMAS, '')
  const begin = BEGIN.exec(text)
  if (!begin || CHANGES.test(text)) throw new ScopedStatementError('a scoped reader only reads')
  return { text, begin }
}

/** A question with tables of its own before it. @param tables common table expressions */
export function beforeTables(
  text: string,
  [matched, recursive = '']: RegExpExecArray,
  tables: readonly string[],
): string {
  const own = /with\s/i.test(matched) ? ', ' : ' '
  return `WITH ${recursive}${tables.join(', ')}${own}${text.slice(matched.length)}`
}

/**
 * The same question asked of what a scope sees: each table that the text names is put before it as a common table expression of the
 * table's own name, which holds the rows that are seen. Postgres folds it into the question, so that indexes serve as before.
 * @param tables every table and view there is; those without a registered rule are empty
 * @throws ScopedStatementError for a statement that is no plain question, or names a schema
 */
export function scopedStatement(
  asked: string,
  values: readonly unknown[],
  visible: Visible,
  tables: Iterable<string>,
): { text: string; values: unknown[] } {
  const { text, begin } = questionIn(asked)
  if (/\bpublic\s*\./i.test(text)) throw new ScopedStatementError('a question of a scoped reader names no schema')
  const named = new Set(text.toLowerCase().match(/\w+/g))
  const bound: unknown[] = [...values]
  const places = new Map<string, number>()
  const bind = (name: string) => {
    const { type, value } = BOUND[name as keyof typeof BOUND]
    if (!places.has(name)) places.set(name, bound.push(value(visible)))
    return `$${places.get(name)}::${type}`
  }
  const seen = [...tables].flatMap((table) => {
    if (!named.has(table)) return []
    const rule = ruleFor(table, visible) ?? `SELECT * FROM public.${table} WHERE false`
    return [`${table} AS NOT MATERIALIZED (${rule.replaceAll(/(?<!:):([a-zA-Z]+)/g, (_, name: string) => bind(name))})`]
  })
  if (seen.length === 0) return { text, values: bound }
  return { text: beforeTables(text, begin, seen), values: bound }
}

/** Returns the rule of a table for a reader; undefined = it is seen empty. */
function ruleFor(table: string, { parts }: Pick<Visible, 'parts'>): Select | undefined {
  const scope = registeredTables().get(table)?.scope ?? 'hidden'
  if (typeof scope === 'object') return parts.sources.length === 0 ? scope.whole : scope.part
  return scope === 'hidden' ? undefined : scope
}
