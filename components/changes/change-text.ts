import type { ConfigurationChange } from '#lib/incidents/api/index.ts'
import type { StatusText } from '../ui/status.tsx'

const ops: Record<ConfigurationChange['op'], StatusText> = {
  added: { tone: 'notice', word: 'ADDED' },
  removed: { tone: 'off', word: 'REMOVED' },
  changed: { tone: 'notice', word: 'CHANGED' },
}
export const changeStatus = ({ op }: Pick<ConfigurationChange, 'op'>) => ops[op]

/** A JSON pointer in readable form: `/sku/family` is `sku › family`. Source: RFC 6901. */
export const formatField = (pointer: string): string =>
  pointer
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join(' › ') || 'entire resource'

/** A configured value, or `not set`. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return 'not set'
  return typeof value === 'string' ? value || 'empty' : JSON.stringify(value)
}

/** ARM's operation in words: `Microsoft.Network/connections/write` is `connections write`. */
export const formatOperation = (operation: string): string => operation.split('/').slice(1).join(' ') || operation

/** Newest first, each change once, even if several scopes returned it. */
export function mergeChanges(lists: readonly ConfigurationChange[][]): ConfigurationChange[] {
  const keyOf = ({ resourceId, op, between, fields }: ConfigurationChange) =>
    JSON.stringify([resourceId.toLowerCase(), op, between, fields.map(({ path }) => path)])
  const distinct = new Map(lists.flat().map((change) => [keyOf(change), change]))
  return [...distinct.values()].sort((a, b) => Date.parse(b.between[1]) - Date.parse(a.between[1]))
}
