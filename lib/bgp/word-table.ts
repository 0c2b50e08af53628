/**
 * Returns a table that is safe to index with words from files, requests and Azure: words that every plain object
 * inherits, for example `constructor` or `__proto__`, are not found.
 */
export const wordTable = <Value>(rows: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.assign(Object.create(null) as Record<string, Value>, rows)
