/**
 * Maximum number of lines (LINES) and names (NAMES) in a shortened list. The lists are short, because there may be
 * hundreds of subscriptions, and more important text follows after the list.
 */
const LINES = 10
const NAMES = 3

/** Returns the first lines of a list, and a last line with the number of omitted lines. */
export function shortenLineList(lines: readonly string[], what: string): string[] {
  // A list with one line too many is returned completely, because the last line would need the same space.
  if (lines.length <= LINES + 1) return [...lines]
  return [...lines.slice(0, LINES), `and ${lines.length - LINES} more ${what}`]
}

/** Returns the first names of a list and the number of omitted names, as one text. */
export const formatShortNameList = (names: readonly string[]): string =>
  names.length <= NAMES + 1 ? names.join(', ') : `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`
