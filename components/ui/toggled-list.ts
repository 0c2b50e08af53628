/** Splits a list in the page's URL, which is separated by commas; null = empty. */
export const listInText = (text: string | null): string[] => (text === null || text === '' ? [] : text.split(','))

/** Adds the words to the list, or removes them if the list contains all of them; null if the result is empty. */
export function toggleInText(text: string | null, words: readonly string[]): string | null {
  const chosen = listInText(text)
  const hasAll = words.every((word) => chosen.includes(word))
  const next = hasAll ? chosen.filter((word) => !words.includes(word)) : [...new Set([...chosen, ...words])]
  return next.join(',') || null
}

/** Returns the set with the value added, or removed if it was in the set. */
export const toggleInSet = <Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> =>
  set.has(value) ? new Set([...set].filter((other) => other !== value)) : new Set([...set, value])
