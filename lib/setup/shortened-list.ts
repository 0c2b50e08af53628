/**
 * Maximum number of lines (LINES) and names (NAMES) that are shown. An estate may have hundreds of subscriptions, and
 * more important text follows.
 */
const LINES = 10
const NAMES = 3

/** Returns the first lines of a list, and a line with the number of lines that are left out. */
export function shortenList(lines: readonly string[], what: string): string[] {
  // a list with only one line too many is complete, because replacing that line would save no space
  if (lines.length <= LINES + 1) return [...lines]
  return [...lines.slice(0, LINES), `and ${lines.length - LINES} more ${what}`]
}

/** Returns the first names of a list, and the number of names that are left out. */
export const formatNames = (names: readonly string[]): string =>
  names.length <= NAMES + 1 ? names.join(', ') : `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`
