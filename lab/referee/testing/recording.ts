import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The answer to one query. */
export interface RecordedProductAnswer {
  /** for example `/api/v1/circuits?limit=1`, `page /circuits`, `message slack path_down` */
  name: string
  /** name of the user who made the query; `-` = not made by a user */
  scope: string
  /** HTTP status; 0 = not an HTTP response */
  status: number
  type: string
  body: string
}

/**
 * All answers of the product about an estate, as lines of digests and as files. The referee (`npm run referee`)
 * compares the digests with stored ones to detect changed behavior.
 */
export class ProductAnswerRecording {
  readonly #answers = new Map<string, RecordedProductAnswer>()

  /**
   * Adds an answer.
   * @throws Error if an answer with that name and scope exists
   */
  add(answer: RecordedProductAnswer): void {
    const key = `${answer.scope} ${answer.name}`
    if (this.#answers.has(key)) throw new Error(`the referee asked twice: ${key}`)
    this.#answers.set(key, answer)
  }

  get size(): number {
    return this.#answers.size
  }

  /** Returns one line for each answer, in the order of their names: name, scope, status, bytes, SHA-256. */
  digests(): string {
    return this.#sorted()
      .map((one) => `${lineOf(one)}\n`)
      .join('')
  }

  /**
   * Writes each answer to a separate file.
   * @param folder is emptied first
   */
  writeTo(folder: string): void {
    rmSync(folder, { recursive: true, force: true })
    for (const one of this.#sorted()) {
      const file = path.join(folder, fileOf(one))
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, `${one.status} ${one.type}\n${readable(one)}\n`)
    }
  }

  #sorted(): RecordedProductAnswer[] {
    return [...this.#answers.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.scope, b.scope))
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Number of hexadecimal digits of a SHA-256, enough to distinguish some thousand answers. */
const DIGITS = 20
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, DIGITS)

const lineOf = ({ name, scope, status, type, body }: RecordedProductAnswer): string =>
  [name, scope, status, Buffer.byteLength(body), sha256(`${type}\n${body}`)].join('\t')

/** Returns the file of an answer. Long names are cut and made unique by their digest. */
function fileOf({ name, scope }: RecordedProductAnswer): string {
  const plain = name.replaceAll(/[^\w.{}=,+-]+/g, '_').replace(/^_/, '')
  return path.join(
    scope === '-' ? 'nobody' : scope,
    plain.length > 120 ? `${plain.slice(0, 100)}~${sha256(name)}` : plain,
  )
}

/** Formats JSON with one value a line, for `diff`. */
function readable({ type, body }: RecordedProductAnswer): string {
  if (!type.includes('json')) return body
  try {
    return JSON.stringify(JSON.parse(body), null, 1)
  } catch {
    return body
  }
}

/** Returns the differences between two texts of digests, one line for each answer; empty = equal. */
export function findDigestDifferences(expected: string, found: string): string[] {
  const [before, after] = [answersIn(expected), answersIn(found)]
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted(compare)
  return names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)]
    if (was === is) return []
    if (is === undefined) return [`${name}: is not answered any more`]
    if (was === undefined) return [`${name}: is answered, and was not`]
    const [[status, bytes], [nowStatus, nowBytes]] = [was.split('\t'), is.split('\t')]
    if (status !== nowStatus) return [`${name}: status ${status} became ${nowStatus}`]
    return [`${name}: ${bytes === nowBytes ? `other ${bytes} bytes` : `${bytes} bytes became ${nowBytes}`}`]
  })
}

/** Returns the rest of each line by name and scope. */
function answersIn(digests: string): Map<string, string> {
  const lines = digests.split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => {
      const [name = '', scope = '', ...rest] = line.split('\t')
      return [scope === '-' ? name : `${name}, asked by ${scope}`, rest.join('\t')]
    }),
  )
}

export function readDigests(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
