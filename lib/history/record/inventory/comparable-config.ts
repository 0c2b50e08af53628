import { stateMembers } from '#lib/contract/index.ts'

/** A configuration without what reports state in it; only for comparing. */
export function comparableConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparableConfig)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !stateMembers.has(name.toLowerCase()))
  return Object.fromEntries(kept.map(([name, member]) => [name, comparableConfig(member)]))
}
