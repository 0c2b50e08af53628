type Value = string | number | null

/** RFC 4180. A leading `=`, `+`, `-` or `@` in text is quoted with an apostrophe, so that no spreadsheet runs it. */
export function toCsv(header: string[], rows: Value[][]): string {
  return `${[header, ...rows].map((row) => row.map(field).join(',')).join('\r\n')}\r\n`
}

function field(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
