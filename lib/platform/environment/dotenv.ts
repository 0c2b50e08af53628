/**
 * Parses the text of a `.env` file: `NAME=value` lines, `#` comments, an optional `export`, and values that are bare or
 * in single or double quotes (double quotes support `\n`, `\"` and `\\`). Variables inside values are not substituted.
 * @returns values by name, and faults; a fault names the line and never shows its value
 */
export function parseDotenv(text: string): { values: Record<string, string>; faults: string[] } {
  const values: Record<string, string> = {}
  const faults: string[] = []
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)/.exec(line)
    const value = match ? readValue(match[2] ?? '') : null
    if (match?.[1] && value !== null) values[match[1]] = value
    else
      faults.push(`.env line ${index + 1} can't be read: write it as NAME=value, with quotes closed on the same line`)
  }
  return { values, faults }
}

/**
 * Parses the value of a `.env` line.
 * @param text text after the equals sign
 * @returns null if a quote is not closed
 */
function readValue(text: string): string | null {
  const quote = text[0]
  if (quote !== '"' && quote !== "'") return text.replace(/(?:^|(?<!\s)\s+)#.*/, '').trim()
  const pattern = quote === "'" ? /^'([^']*)'\s*(?:#.*)?$/ : /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/
  const inner = pattern.exec(text)?.[1]
  if (inner === undefined) return null
  return quote === "'" ? inner : inner.replace(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char))
}
