import { isArmStateMember } from '#lib/contract/index.ts'

/**
 * Removes members that contain operational state from a configuration, so that only real configuration is compared. All
 * tags are kept, because the customer chooses their names.
 */
export function removeConfigStateMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(removeConfigStateMembers)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !isArmStateMember(name))
  return Object.fromEntries(
    kept.map(([name, member]) => [name, name.toLowerCase() === 'tags' ? member : removeConfigStateMembers(member)]),
  )
}
