/** Value of a cell; null is an empty cell. */
export type CsvCell = string | number | boolean | null

/** Columns of a CSV file by name. Each column is a function that returns the value of a row. */
export type CsvColumns<Row> = Readonly<Record<string, (row: Row) => CsvCell>>

/** Returns the lines of a CSV file: first the column names, then the values of each row. */
export const toCsvRows = <Row>(columns: CsvColumns<Row>, rows: readonly Row[]): CsvCell[][] => [
  Object.keys(columns),
  ...rows.map((row) => Object.values(columns).map((read) => read(row))),
]

/**
 * Returns rows as CSV text with CRLF line ends (ADR 0113).
 * @param rows all lines of the file, including the header
 * @source RFC 4180
 */
export const toCsv = (rows: readonly (readonly CsvCell[])[]): string =>
  rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')

/**
 * Returns the CSV text of a cell. A text that a spreadsheet would run as a formula gets a leading apostrophe, also if
 * the formula follows blanks, because spreadsheets trim them. Negative numbers get no apostrophe.
 */
function cellOf(value: CsvCell): string {
  if (value === null) return ''
  const text = String(value)
  const isFormula = /^[\t\r]|^\s*[=+\-@＝＋－＠]/.test(text) && !/^\s*-?\d+(\.\d+)?$/.test(text)
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
