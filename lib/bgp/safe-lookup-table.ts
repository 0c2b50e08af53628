/**
 * Copies a table into an object without inherited properties, so that it can be indexed with words from files, requests
 * and Azure: `constructor` or `__proto__` is not found.
 */
export const createSafeLookupTable = <Value>(rows: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.assign(Object.create(null) as Record<string, Value>, rows)
