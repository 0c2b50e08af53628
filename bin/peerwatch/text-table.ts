import { formatUtcDay, formatUtcSecond } from '#lib/contract/time/dates.ts'
import { formatDuration } from '#lib/contract/index.ts'

/**
 * Replaces control characters. Names from Azure or from a router may contain them, and a terminal would execute them.
 */
export const replaceControlCharacters = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')

/** Formats rows as a table with two blanks between columns. The result is empty if there are no rows. */
export function formatTextTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const lines = [header, ...rows.map((row) => row.map(replaceControlCharacters))]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)))
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

type Bounds = readonly [string, string]

/** Formats a time without fractions of a second, for example `2026-11-20 03:12:04 UTC`. */
export const formatUtcMoment = (iso: string): string => formatUtcSecond(iso)

/**
 * Formats the earliest and the latest possible time of a change. If both are in the same second, only one is shown. If
 * the earliest is unknown (1970), the result is for example `before 2026-11-20 03:12:04 UTC`.
 */
export function formatTimeBounds(bounds: Bounds | null): string {
  if (bounds === null) return '-'
  const [from, to] = bounds
  if (from.startsWith('1970-')) return `before ${formatUtcMoment(to)}`
  if (formatUtcMoment(from) === formatUtcMoment(to)) return formatUtcMoment(to)
  const until = formatUtcDay(from) === formatUtcDay(to) ? formatUtcMoment(to).slice(11) : formatUtcMoment(to)
  return `${formatUtcMoment(from).replace(' UTC', '')} .. ${until}`
}

/** Formats how long ago a time was, rounded down, for example `4 min 10 s`. */
export const formatAgeOfTime = (iso: string, now: number): string => formatDuration(Math.max(0, now - Date.parse(iso)))

/** Formats a value; `-` if it is missing. */
export const formatOrDash = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? '-' : String(value)
