/** Copies and compares remembered state, which is plain JSON: many times cheaper than going through text or a structured clone. */

type PlainObject = Record<string, unknown>

const isObject = (value: unknown): value is PlainObject => typeof value === 'object' && value !== null

/** A copy that shares nothing with plain JSON that may be written to. */
export function copyPlain<T>(value: T): T {
  if (!isObject(value)) return value
  if (Array.isArray(value)) return value.map(copyPlain) as T
  const copy: PlainObject = {}
  for (const key in value) copy[key] = copyPlain(value[key])
  return copy as T
}

/**
 * Whether two values would be stored alike: the order of fields is nothing, and a field without a value is none. What both share is the same.
 * Loops over names make no lists of them: most folds compare everything that is remembered of a group and find it the same.
 */
export function samePlain(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b)) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, n) => samePlain(item, b[n]))
  if (Array.isArray(b)) return false
  for (const key in a) if (a[key] !== b[key] && !samePlain(a[key], b[key])) return false
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false
  return true
}
