/** Copies and compares remembered state, which is plain JSON: many times cheaper than going through text or a structured clone. */

type PlainObject = Record<string, unknown>

const isObject = (value: unknown): value is PlainObject => typeof value === 'object' && value !== null

/** A copy that shares nothing with plain JSON that may be written to. */
export function copyPlain<T>(value: T): T {
  if (!isObject(value)) return value
  if (Array.isArray(value)) return value.map(copyPlain) as T
  const copy: PlainObject = {}
  for (const key of Object.keys(value)) copy[key] = copyPlain(value[key])
  return copy as T
}

/** Whether two values would be stored alike: the order of fields is nothing, and a field without a value is none. */
export function samePlain(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, n) => samePlain(item, b[n]))
  for (const key of Object.keys(a)) if (!samePlain(a[key], b[key])) return false
  for (const key of Object.keys(b)) if (b[key] !== undefined && a[key] === undefined) return false
  return true
}
