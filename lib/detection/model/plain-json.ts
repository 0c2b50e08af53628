/**
 * Functions that copy and compare stored state, which is plain JSON. They are many times faster than JSON text or a
 * structured clone.
 */

type PlainObject = Record<string, unknown>

const isObject = (value: unknown): value is PlainObject => typeof value === 'object' && value !== null

/** Returns a deep copy of plain JSON. */
export function copyPlainJson<T>(value: T): T {
  if (!isObject(value)) return value
  if (Array.isArray(value)) return value.map(copyPlainJson) as T
  const copy: PlainObject = {}
  for (const key in value) copy[key] = copyPlainJson(value[key])
  return copy as T
}

/**
 * Reports whether two values would be stored identically. The order of fields does not matter, and a field with the
 * value undefined counts as missing. The loops create no lists of field names, because the function must be fast: most
 * evaluations compare the whole state of a group and find it unchanged.
 */
export function isEqualPlainJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b)) return false
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, n) => isEqualPlainJson(item, b[n]))
  if (Array.isArray(b)) return false
  for (const key in a) if (a[key] !== b[key] && !isEqualPlainJson(a[key], b[key])) return false
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false
  return true
}
