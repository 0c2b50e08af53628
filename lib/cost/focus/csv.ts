/** A value of a cell; null is an empty one. */
export type Cell = string | number | boolean | null

/** Text with a header line and CRLF ends. @source RFC 4180 */
export function csvOf(columns: readonly string[], rows: readonly Readonly<Record<string, Cell>>[]): string {
  const lines = rows.map((row) => columns.map((column) => cellOf(row[column] ?? null)).join(','))
  return [columns.map(cellOf).join(','), ...lines, ''].join('\r\n')
}

/** A text that a spreadsheet would run as a formula is kept from it by a quote; a number stays a number. */
function cellOf(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
