import type { ConfigurationChange } from '#lib/incidents/api/index.ts'
import type { StatusText } from '../ui/status.tsx'

const ops: Record<ConfigurationChange['op'], StatusText> = {
  added: { tone: 'notice', word: 'ADDED' },
  removed: { tone: 'off', word: 'REMOVED' },
  changed: { tone: 'notice', word: 'CHANGED' },
}
export const getChangeStatus = ({ op }: Pick<ConfigurationChange, 'op'>) => ops[op]

/** Formats a JSON pointer (RFC 6901): `/sku/family` becomes `sku › family`. */
export const formatChangedField = (pointer: string): string =>
  pointer
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join(' › ') || 'entire resource'

/** Formats a configured value; null and undefined become `not set`. */
export function formatChangedValue(value: unknown): string {
  if (value === undefined || value === null) return 'not set'
  return typeof value === 'string' ? value || 'empty' : JSON.stringify(value)
}

/** Formats an ARM operation: `Microsoft.Network/connections/write` becomes `connections write`. */
export const formatChangeOperation = (operation: string): string => operation.split('/').slice(1).join(' ') || operation

/** Merges lists of configuration changes, newest first. A change that is in several lists appears once. */
export function mergeConfigurationChanges(lists: readonly ConfigurationChange[][]): ConfigurationChange[] {
  const keyOf = ({ resourceId, op, between, fields }: ConfigurationChange) =>
    JSON.stringify([resourceId.toLowerCase(), op, between, fields.map(({ path }) => path)])
  const distinct = new Map(lists.flat().map((change) => [keyOf(change), change]))
  return [...distinct.values()].sort((a, b) => Date.parse(b.between[1]) - Date.parse(a.between[1]))
}
