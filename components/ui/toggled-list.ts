/** The values of a list in a page's address, which has commas between; null = none. */
export const listInText = (text: string | null): string[] => (text === null || text === '' ? [] : text.split(','))

/** Adds these words to the list, or removes them if it has all of them; null when the list is empty. */
export function toggled(text: string | null, words: readonly string[]): string | null {
  const chosen = listInText(text)
  const hasAll = words.every((word) => chosen.includes(word))
  const next = hasAll ? chosen.filter((word) => !words.includes(word)) : [...new Set([...chosen, ...words])]
  return next.join(',') || null
}

/** A set with this value, or without it if it had it. */
export const toggledSet = <Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> =>
  set.has(value) ? new Set([...set].filter((other) => other !== value)) : new Set([...set, value])
