/**
 * Maximum number of displayed lines and names, because an estate may have hundreds of subscriptions and more important
 * text follows.
 */
const LINES = 10
const NAMES = 3

/** Returns the first lines of a list, followed by the number of other lines. */
export function shortenList(lines: readonly string[], what: string): string[] {
  // replacing a single line would save no space
  if (lines.length <= LINES + 1) return [...lines]
  return [...lines.slice(0, LINES), `and ${lines.length - LINES} more ${what}`]
}

/** Returns the first names of a list, followed by the number of other names. */
export const formatNames = (names: readonly string[]): string =>
  names.length <= NAMES + 1 ? names.join(', ') : `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`
