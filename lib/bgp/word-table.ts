/**
 * Returns a table with the given rows that is safe to index with words from files, requests and Azure: a word such as `constructor` or
 * `__proto__`, which every plain object inherits, finds nothing.
 */
export const wordTable = <Value>(rows: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.assign(Object.create(null) as Record<string, Value>, rows)
