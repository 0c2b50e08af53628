import { formatDuration } from '#lib/contract/index.ts'

/** A terminal would obey control characters, and what Azure or a router names may hold some. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')

/** Columns as wide as their widest cell, two blanks between; the last one is not padded. Empty without rows. */
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

/** `2026-11-20 03:12:04 UTC`, without the seconds' fraction. */
export const momentText = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`

/** The bounds on an instant: one moment where they fall in one second, else both. A first bound of 1970 is `before`. */
export function boundsText(bounds: Bounds | null): string {
  if (bounds === null) return '-'
  const [from, to] = bounds
  if (from.startsWith('1970-')) return `before ${momentText(to)}`
  if (momentText(from) === momentText(to)) return momentText(to)
  const until = from.slice(0, 10) === to.slice(0, 10) ? `${to.slice(11, 19)} UTC` : momentText(to)
  return `${momentText(from).replace(' UTC', '')} .. ${until}`
}

/** How long ago, rounded down: `4 min 10 s`. */
export const ageText = (iso: string, now: number): string => formatDuration(Math.max(0, now - Date.parse(iso)))

/** A value that may be missing. */
export const orDash = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? '-' : String(value)
