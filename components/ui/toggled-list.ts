/** Splits a comma-separated list from the page's URL into its words; null is an empty list. */
export const splitListParameter = (text: string | null): string[] =>
  text === null || text === '' ? [] : text.split(',')

/**
 * Adds words to a comma-separated list, or removes them if the list already contains all of them. Returns null if the
 * result is empty.
 */
export function toggleInListParameter(text: string | null, words: readonly string[]): string | null {
  const chosen = splitListParameter(text)
  const hasAll = words.every((word) => chosen.includes(word))
  const next = hasAll ? chosen.filter((word) => !words.includes(word)) : [...new Set([...chosen, ...words])]
  return next.join(',') || null
}

/** Returns the set with the value added, or with the value removed if the set contained it. */
export const toggleInSet = <Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> =>
  set.has(value) ? new Set([...set].filter((other) => other !== value)) : new Set([...set, value])
