/**
 * The part of the Kusto query language that is used for Resource Graph: `table | where | extend | project | order by |
 * take`. Unsupported parts are refused, as Azure refuses an invalid query ("Understanding the Azure Resource Graph
 * query language").
 */
import { ArmError } from './message.ts'

export type KustoRow = Readonly<Record<string, unknown>>
type Value = (row: KustoRow, now: number) => unknown

const invalid = (what: string): ArmError =>
  new ArmError(
    400,
    'BadRequest',
    `Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying. ${what}`,
  )

const TOKEN =
  /\s*(?:\/\/[^\n]*\n\s*)*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?(?:ms|[smhd])?(?![\w])|!?in~|[A-Za-z_]\w*|[=!]~|[=!<>]=|!in\b|[<>=().,[\]|])/y
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function tokensOf(query: string): string[] {
  const tokens: string[] = []
  // `datetime()` may contain a time without quotes, which must become a single token
  const text = `${query.trim().replaceAll(/\bdatetime\(\s*([^'")\s]+)\s*\)/gi, "datetime('$1')")}\n`
  let at = 0
  while (at < text.length && text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at
    const [, token] = TOKEN.exec(text) ?? []
    if (token === undefined) throw invalid(`Unexpected text at position ${at}.`)
    tokens.push(token)
    at = TOKEN.lastIndex
  }
  return tokens
}

const lower = (value: unknown): string => String(value ?? '').toLowerCase()
/** Compares times and numbers as numbers, and all other values as text. */
function order(a: unknown, b: unknown): number {
  const number = (value: unknown): number =>
    typeof value === 'number'
      ? value
      : value instanceof Date
        ? value.getTime()
        : typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
          ? Date.parse(value)
          : Number.NaN
  const [x, y] = [number(a), number(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return String(a ?? '') < String(b ?? '') ? -1 : String(a ?? '') > String(b ?? '') ? 1 : 0
}

const COMPARISONS: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': (a, b) => order(a, b) === 0,
  '!=': (a, b) => order(a, b) !== 0,
  '=~': (a, b) => lower(a) === lower(b),
  '!~': (a, b) => lower(a) !== lower(b),
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
  contains: (a, b) => lower(a).includes(lower(b)),
  has: (a, b) =>
    lower(a)
      .split(/[^\p{L}\p{N}]+/u)
      .includes(lower(b)),
  startswith: (a, b) => lower(a).startsWith(lower(b)),
  endswith: (a, b) => lower(a).endsWith(lower(b)),
}
const LISTS: Readonly<Record<string, (a: unknown, list: readonly unknown[]) => boolean>> = {
  in: (a, list) => list.some((b) => order(a, b) === 0),
  '!in': (a, list) => list.every((b) => order(a, b) !== 0),
  'in~': (a, list) => list.some((b) => lower(a) === lower(b)),
  '!in~': (a, list) => list.every((b) => lower(a) !== lower(b)),
}
const FUNCTIONS: Readonly<Record<string, (args: readonly unknown[], now: number) => unknown>> = {
  tostring: ([a]) =>
    typeof a === 'object' && a !== null && !(a instanceof Date) ? JSON.stringify(a) : String(a ?? ''),
  tolower: ([a]) => lower(a),
  todatetime: ([a]) => new Date(String(a)),
  datetime: ([a]) => new Date(String(a)),
  ago: ([a], now) => new Date(now - Number(a)),
  now: (_, now) => new Date(now),
  isnotempty: ([a]) => String(a ?? '') !== '',
  isempty: ([a]) => String(a ?? '') === '',
}

class Reader {
  private readonly tokens: readonly string[]
  private n = 0
  constructor(query: string) {
    this.tokens = tokensOf(query)
  }
  peek(): string {
    return this.tokens[this.n] ?? ''
  }
  next(): string {
    if (this.n >= this.tokens.length) throw invalid('It ends too early.')
    return this.tokens[this.n++] ?? ''
  }
  take(token: string): boolean {
    if (this.peek().toLowerCase() !== token) return false
    this.n += 1
    return true
  }
  expect(token: string): void {
    if (!this.take(token)) throw invalid(`Expected "${token}", found "${this.peek()}".`)
  }
  list<T>(item: () => T): T[] {
    const items = [item()]
    while (this.take(',')) items.push(item())
    return items
  }

  condition(): Value {
    const parts = [this.conjunction()]
    while (this.take('or')) parts.push(this.conjunction())
    return parts.length === 1 && parts[0] ? parts[0] : (row, now) => parts.some((p) => p(row, now) === true)
  }
  private conjunction(): Value {
    const parts = [this.comparison()]
    while (this.take('and')) parts.push(this.comparison())
    return parts.length === 1 && parts[0] ? parts[0] : (row, now) => parts.every((p) => p(row, now) === true)
  }
  private comparison(): Value {
    const left = this.primary()
    const operator = this.peek().toLowerCase()
    const compare = COMPARISONS[operator]
    if (compare) {
      this.next()
      const right = this.primary()
      return (row, now) => compare(left(row, now), right(row, now))
    }
    const among = LISTS[operator]
    if (!among) return left
    this.next()
    this.expect('(')
    const items = this.list(() => this.primary())
    this.expect(')')
    return (row, now) =>
      among(
        left(row, now),
        items.map((item) => item(row, now)),
      )
  }
  primary(): Value {
    const token = this.next()
    if (token === '(') {
      const inside = this.condition()
      this.expect(')')
      return inside
    }
    if (/^['"]/.test(token)) {
      const text = token.slice(1, -1).replace(/\\(.)/g, '$1')
      return () => text
    }
    if (/^\d/.test(token)) {
      const [, amount, unit = ''] = /^([\d.]+)([a-z]*)$/.exec(token) ?? []
      const value = Number(amount) * (UNITS[unit] ?? 1)
      return () => value
    }
    if (!/^[A-Za-z_]/.test(token)) throw invalid(`Unexpected "${token}".`)
    if (this.take('(')) return this.call(token)
    return this.path(token)
  }
  private call(name: string): Value {
    const run = FUNCTIONS[name.toLowerCase()]
    if (!run) throw invalid(`Unknown function: '${name}'.`)
    const args = this.peek() === ')' ? [] : this.list(() => this.condition())
    this.expect(')')
    return (row, now) =>
      run(
        args.map((a) => a(row, now)),
        now,
      )
  }
  private path(first: string): Value {
    const names = [first]
    for (;;) {
      if (this.take('.')) names.push(this.next())
      else if (this.take('[')) {
        names.push(this.next().replace(/^['"]|['"]$/g, ''))
        this.expect(']')
      } else break
    }
    return (row) => names.reduce<unknown>((value, name) => (value as KustoRow | null | undefined)?.[name], row)
  }

  /** Parses `name = expression`, or a path, whose name consists of its parts. */
  column(): { name: string; value: Value } {
    const [name = '', sign] = [this.peek(), this.tokens[this.n + 1]]
    if (sign === '=') {
      this.n += 2
      return { name, value: this.condition() }
    }
    const begin = this.n
    const value = this.primary()
    return {
      name: this.tokens
        .slice(begin, this.n)
        .filter((t) => /\w/.test(t))
        .join('_'),
      value,
    }
  }
}

const plain = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value)

/**
 * Runs a query.
 * @param tables functions that return rows, by the table's name in lower case
 * @throws ArmError 400 if a part of the query is not supported
 */
export function runQuery(
  query: string,
  tables: Readonly<Record<string, () => readonly KustoRow[]>>,
  now: number,
): KustoRow[] {
  const reader = new Reader(query)
  const table = reader.next()
  const source = tables[table.toLowerCase()]
  if (!source) throw invalid(`Table '${table}' is not there.`)
  let rows: KustoRow[] = [...source()]
  while (reader.peek() !== '') {
    reader.expect('|')
    const verb = reader.next().toLowerCase()
    if (verb === 'where') {
      const keeps = reader.condition()
      rows = rows.filter((row) => keeps(row, now) === true)
    } else if (verb === 'extend' || verb === 'project') {
      const columns = reader.list(() => reader.column())
      const made = (row: KustoRow): KustoRow =>
        Object.fromEntries(columns.map(({ name, value }) => [name, plain(value(row, now)) ?? null]))
      rows = rows.map((row) => (verb === 'extend' ? { ...row, ...made(row) } : made(row)))
    } else if (verb === 'order' || verb === 'sort') {
      reader.expect('by')
      const keys = reader.list(() => {
        const value = reader.primary()
        // Kusto's default is descending
        return { value, sign: reader.take('asc') ? 1 : (reader.take('desc'), -1) }
      })
      rows.sort((a, b) =>
        keys.reduce((found, { value, sign }) => found || sign * order(value(a, now), value(b, now)), 0),
      )
    } else if (verb === 'take' || verb === 'limit') rows = rows.slice(0, Number(reader.primary()({}, now)))
    else throw invalid(`Unknown operator: '${verb}'.`)
  }
  return rows
}
