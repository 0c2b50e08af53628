import { isStateMember } from '#lib/contract/index.ts'

/** Removes members that report state from a configuration, to compare it. All tags stay, because their owner names them. */
export function comparableConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparableConfig)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !isStateMember(name))
  return Object.fromEntries(
    kept.map(([name, member]) => [name, name.toLowerCase() === 'tags' ? member : comparableConfig(member)]),
  )
}
