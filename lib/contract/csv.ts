/** A value of a cell; null is an empty one. */
export type Cell = string | number | boolean | null

/** Columns of a file by their names, each with its value in a row. */
export type CsvColumns<Row> = Readonly<Record<string, (row: Row) => Cell>>

/** Returns the names of the columns, then the values of each row. */
export const csvRows = <Row>(columns: CsvColumns<Row>, rows: readonly Row[]): Cell[][] => [
  Object.keys(columns),
  ...rows.map((row) => Object.values(columns).map((read) => read(row))),
]

/** Writes a line for each row, the header first, with CRLF ends (ADR 0113). @source RFC 4180 */
export const toCsv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')

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
