/** So many lines of a list are shown: an estate may have hundreds of subscriptions, and what matters stands below them. */
const LINES = 10
const NAMES = 3

/** The first lines of a list, and how many there are beside them. */
export function firstOf(lines: readonly string[], what: string): string[] {
  // one line in the place of one says nothing shorter
  if (lines.length <= LINES + 1) return [...lines]
  return [...lines.slice(0, LINES), `and ${lines.length - LINES} more ${what}`]
}

/** The first names of a list, and how many there are beside them. */
export const joinedNames = (names: readonly string[]): string =>
  names.length <= NAMES + 1 ? names.join(', ') : `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`
