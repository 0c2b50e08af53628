/** Lines of a scenario file: statements, the lines that continue them, and their words. */

/** All faults in scenario files, one line `file:line: fault` for each. */
export class ScenarioTextError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ScenarioTextError'
    this.faults = faults
  }
}

/** A fault with the expected form. The caller adds file and line. */
export class ScenarioSyntaxFault extends Error {}

/** A line with the more deeply indented lines that continue it. */
export interface ScenarioStatement {
  /** number of the first line, from 1 */
  line: number
  indent: number
  words: readonly string[]
}

/** A `scenario` or `setup` with the statements below it. */
export interface ScenarioBlock {
  head: ScenarioStatement
  body: ScenarioStatement[]
}

/** Indentation of a statement within its block. Lines with a deeper indentation continue the line above. */
const BODY = 2

/**
 * Parses a text into blocks.
 * @throws ScenarioTextError
 */
export function parseScenarioBlocks(text: string, file: string): ScenarioBlock[] {
  const blocks: ScenarioBlock[] = []
  const faults: string[] = []
  for (const { line, indent, text: own } of joined(text)) {
    const at = `${file}:${line}`
    const words = wordsOf(own)
    if (words === null) faults.push(`${at}: a quote or bracket is not closed on this line or its continuation`)
    else if (indent === 0) blocks.push({ head: { line, indent, words }, body: [] })
    else if (indent !== BODY)
      faults.push(`${at}: indented by ${indent}; expected ${BODY} spaces, or more to continue a line`)
    else if (blocks.length === 0)
      faults.push(`${at}: before any block; expected "scenario <id> <label>: <title>" or "setup <name>"`)
    else blocks.at(-1)?.body.push({ line, indent, words })
  }
  if (faults.length > 0) throw new ScenarioTextError(faults)
  return blocks
}

/** Returns the lines without comments and blank lines, each joined with its continuation. */
function joined(text: string): { line: number; indent: number; text: string }[] {
  const lines: { line: number; indent: number; text: string }[] = []
  for (const [n, raw] of text.split('\n').entries()) {
    const own = raw.trim()
    if (own === '' || own.startsWith('#')) continue
    const indent = raw.length - raw.trimStart().length
    const last = lines.at(-1)
    if (last && last.indent > 0 && indent > BODY) last.text += ` ${own}`
    else lines.push({ line: n + 1, indent, text: own })
  }
  return lines
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}' }

/** Splits at spaces outside quotes, `[]` and `{}`; null = one of them is not closed. */
function wordsOf(text: string): string[] | null {
  const words: string[] = []
  let word = ''
  let quoted = false
  const open: string[] = []
  for (const char of text) {
    if (char === '"') quoted = !quoted
    else if (!quoted && CLOSING[char]) open.push(CLOSING[char])
    else if (!quoted && char === open.at(-1)) open.pop()
    if (char === ' ' && !quoted && open.length === 0) {
      if (word) words.push(word)
      word = ''
    } else word += char
  }
  if (quoted || open.length > 0) return null
  return word ? [...words, word] : words
}

/** Matches `a|b` between the delimiters of a word. */
const ALTERNATIVES = /[^/~,=|]+(?:\|[^/~,=|]+)+/g

/**
 * Expands alternatives: `path_down ckt-lon/primary|secondary` becomes two statements, one for each alternative.
 * @throws Fault if the words of a statement have different numbers of alternatives
 */
export function expandStatementAlternatives({ words, ...rest }: ScenarioStatement): ScenarioStatement[] {
  const counts = new Set(
    words.flatMap((word) =>
      isJson(word) ? [] : [...word.matchAll(ALTERNATIVES)].map(([all]) => all.split('|').length),
    ),
  )
  if (counts.size > 1)
    throw new ScenarioSyntaxFault(
      `"|" separates ${[...counts].join(' and ')} alternatives; expected the same number in each word`,
    )
  const [count = 1] = counts
  return Array.from({ length: count }, (_, n) => ({
    ...rest,
    words: words.map((word) => (isJson(word) ? word : word.replace(ALTERNATIVES, (all) => all.split('|')[n] ?? all))),
  }))
}

const isJson = (word: string) => word.includes('{') || word.includes('"')

/** The words of a statement, taken from the left. */
export class ScenarioStatementWords {
  readonly #words: readonly string[]
  #next = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get peek(): string | undefined {
    return this.#words[this.#next]
  }

  /**
   * Takes the next word.
   * @param what description of the word, for the message if the line ends before it
   * @throws Fault if the line ends before it
   */
  take(what: string): string {
    const word = this.#words[this.#next]
    if (word === undefined) throw new ScenarioSyntaxFault(`ends too early; expected ${what}`)
    this.#next += 1
    return word
  }

  /** Takes the next word if it equals `word`. Reports whether it did. */
  skip(word: string): boolean {
    if (this.peek !== word) return false
    this.#next += 1
    return true
  }

  /**
   * Takes the next word, which must equal `word`.
   * @throws Fault if it is another word
   */
  expect(word: string): void {
    if (!this.skip(word))
      throw new ScenarioSyntaxFault(
        `${this.peek === undefined ? 'ends too early' : `"${this.peek}"`}; expected "${word}"`,
      )
  }

  number(what: string): number {
    const word = this.take(what)
    if (!/^-?\d+(?:\.\d+)?$/.test(word)) throw new ScenarioSyntaxFault(`"${word}"; expected ${what}`)
    return Number(word)
  }

  /** Takes a word such as `[a, b]`. */
  pair(what: string): [string, string] {
    const word = this.take(what)
    const [, from, to] = /^\[([^\s,]+),\s*([^\s,]+)\]$/.exec(word) ?? []
    if (from === undefined || to === undefined) throw new ScenarioSyntaxFault(`"${word}"; expected ${what}`)
    return [from, to]
  }

  /** Takes the remaining words, up to a stop word, which is not taken. */
  until(stop?: string): string[] {
    const end = stop === undefined ? -1 : this.#words.indexOf(stop, this.#next)
    const taken = this.#words.slice(this.#next, end < 0 ? undefined : end)
    this.#next += taken.length
    return taken
  }

  end(): void {
    if (this.peek !== undefined)
      throw new ScenarioSyntaxFault(`"${this.peek}" is too much; expected the end of the line`)
  }
}

/** Formats `expected one of "a", "b"`. */
export const formatExpectedChoices = (names: readonly string[]) =>
  names.length === 0 ? 'expected none' : `expected one of ${names.map((name) => `"${name}"`).join(', ')}`

/**
 * Parses JSON.
 * @throws Fault if the text is not JSON
 */
export function parseStatementJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ScenarioSyntaxFault(
      `${text} is not JSON (${error instanceof Error ? error.message : 'unreadable'}); expected {"name": value}`,
    )
  }
}
