/** A value of a cell; null is an empty one. */
export type Cell = string | number | boolean | null

/** A header line and one line for each row, with CRLF ends (ADR 0113). @source RFC 4180 */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
}

/**
 * A text that a spreadsheet would run as a formula, also behind blanks that it trims, gets a leading apostrophe; a negative number in
 * a text does not.
 */
function cellOf(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const isFormula = /^[\t\r]|^\s*[=+\-@＝＋－＠]/.test(text) && !/^\s*-?\d+(\.\d+)?$/.test(text)
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
