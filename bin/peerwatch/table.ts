import { formatDuration } from '#lib/contract/index.ts'

/**
 * Replaces control characters, because a terminal would execute them and names from Azure or a router may contain some.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')

/**
 * Formats a table. Columns are as wide as their widest cell, with two blanks between them, and the last column is not
 * padded. The text is empty if there are no rows.
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const lines = [header, ...rows.map((row) => row.map(printable))]
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

/** Formats a time such as `2026-11-20 03:12:04 UTC`, without fractions of a second. */
export const momentText = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`

/**
 * Formats the bounds of a time: one time if they are in the same second, otherwise both. A first bound of 1970 is shown
 * as `before`.
 */
export function boundsText(bounds: Bounds | null): string {
  if (bounds === null) return '-'
  const [from, to] = bounds
  if (from.startsWith('1970-')) return `before ${momentText(to)}`
  if (momentText(from) === momentText(to)) return momentText(to)
  const until = from.slice(0, 10) === to.slice(0, 10) ? `${to.slice(11, 19)} UTC` : momentText(to)
  return `${momentText(from).replace(' UTC', '')} .. ${until}`
}

/** Formats the time since `iso`, rounded down, for example `4 min 10 s`. */
export const ageText = (iso: string, now: number): string => formatDuration(Math.max(0, now - Date.parse(iso)))

/** Formats a value that may be missing. A missing value is shown as `-`. */
export const orDash = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? '-' : String(value)
