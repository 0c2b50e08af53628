/** Value of a cell; null is an empty cell. */
export type Cell = string | number | boolean | null

/** Columns of a file by name, each with a function that returns its value for a row. */
export type CsvColumns<Row> = Readonly<Record<string, (row: Row) => Cell>>

/** Returns the column names, then the values of each row. */
export const csvRows = <Row>(columns: CsvColumns<Row>, rows: readonly Row[]): Cell[][] => [
  Object.keys(columns),
  ...rows.map((row) => Object.values(columns).map((read) => read(row))),
]

/**
 * Returns one CSV line per row, header first, with CRLF line ends (ADR 0113).
 * @source RFC 4180
 */
export const toCsv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')

/**
 * Returns the CSV text of a cell. Text that a spreadsheet would run as a formula, even after blanks that the
 * spreadsheet trims, gets a leading apostrophe. Negative numbers get no apostrophe.
 */
function cellOf(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const isFormula = /^[\t\r]|^\s*[=+\-@＝＋－＠]/.test(text) && !/^\s*-?\d+(\.\d+)?$/.test(text)
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
