import { hash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { PollTarget, RouteRow, TableAnswer } from '#lib/contract/index.ts'
import type { CallAnswer } from '../call/call.ts'
import { PollFailure } from '../call/failure.ts'
import { answeredRows, type AnsweredTable } from '../call/long-running.ts'
import { Cache } from '#lib/platform/cache.ts'
import { kinds } from '../kinds/index.ts'
import type { Result } from '../kinds/kind.ts'
import type { ObservableKind } from '../types.ts'
import { type Json, parseExactJson } from './json.ts'
import { member } from './members.ts'
import { Unread } from './unread.ts'

/** Bytes of what is remembered of all tables: of one with 10,000 routes it is some 30,000. */
const MAX_BYTES = 16 * 2 ** 20
/** Texts are unpacked in parts of so much: many small ones cost as much as unpacking. */
const CHUNK_BYTES = 2 ** 18
/** Of an entry without its rows. */
const ENTRY_BYTES = 500

interface Known {
  /** of the body that came last */
  body: string
  digest: string
  /** the texts of its rows; null = they can't be separated without parsing */
  packed: Buffer | null
  /** whether each row has a text, which spells what names its route: then a change of a text is one of that route alone */
  isExact: boolean
  size: number
  /** rows of each instance */
  instances: ReadonlyMap<string, number>
}

const bytesOf = ({ packed }: Known) => ENTRY_BYTES + (packed?.length ?? 0)

/** One table of {@link KnownTables}. */
export type TableMemory<Rows> = {
  /**
   * A table that is known, or whose rows can be separated: the very rows of a decoder that remembers nothing, which are decoded when
   * somebody asks.
   * @returns null where nothing can be said: then it is decoded whole, and given to `keep`
   */
  read(answer: CallAnswer, decode: (table: AnsweredTable) => Rows): Result<Rows> | null
  /** Takes note of a table that was decoded whole, so that it is known when it comes again. */
  keep(answer: CallAnswer, whole: Result<Rows>): void
} | null

type Decode = (table: AnsweredTable) => RouteRow[]

const SEPARATOR = '},{'
const INSTANCE = '"localAddress":'
const PEER = '"sourcePeer":'
const NETWORK = '"network":'
const FEW = 16
/** Stands for all rows while what is around them is read. */
const ROWS = 'rows'

/**
 * What came last of each route table, so that the same answer costs its hash, and another one no more than what differs (ADR 0273). Lost with
 * the process, and with it all that decoding depends on.
 */
export class KnownTables {
  readonly #tables = new Cache<Known>('route_tables', { maxSize: MAX_BYTES, sizeOf: bytesOf })

  /** null = of a kind that is no route table. */
  of<Rows>(kind: ObservableKind, { resourceId, subresource }: PollTarget): TableMemory<Rows> {
    if (kinds[kind].operation?.reads !== 'tables') return null
    const key = `${kind} ${resourceId.toLowerCase()} ${subresource}`
    // rows of a kind of tables are routes, which TypeScript can't follow through a union of kinds
    return {
      read: (answer: CallAnswer, decode: Decode) => this.#read(key, answer, decode),
      keep: (answer: CallAnswer, whole: Result<RouteRow[]>) => this.#keep(key, answer, whole),
    } as unknown as TableMemory<Rows>
  }

  #read(key: string, answer: CallAnswer, decode: Decode): Result<RouteRow[]> | null {
    const known = this.#tables.find(this, key)
    const body = hash('sha256', answer.body, 'base64')
    const later = () => decode(answeredRows(answer))
    if (known?.body === body) return result(known, later)
    const split = textsIn(answer)
    if (!split) return null
    const { list, texts, at } = split
    const differs = known?.packed ? differing(unpack(known.packed), texts) : null
    if (known && differs?.gone.length === 0 && differs.came.length === 0) {
      this.#tables.store(this, key, { ...known, body })
      return result(known, later)
    }
    const read = (some: readonly string[]) => decodeAll(some, at, decode)
    // Zstandard takes a third of deflate's time
    const packed = () => zstdCompressSync(list)
    const next = known && differs && changedIn(known, differs, split, read)
    if (next) {
      const { since, instances } = next
      const now = { body, digest: body, packed: packed(), isExact: true, size: texts.length, instances }
      this.#tables.store(this, key, now)
      return result(now, later, { digest: known.digest, ...since })
    }
    const rows = read(texts)
    if (!rows) return null
    const instances = instancesOf(rows)
    const now = { body, digest: body, packed: packed(), isExact: areExact(texts, rows), size: rows.length, instances }
    this.#tables.store(this, key, now)
    return result(now, () => rows)
  }

  #keep(key: string, { body: text }: CallAnswer, { outcome, rows }: Result<RouteRow[]>): void {
    if (outcome !== 'ok' || /"nextLink"\s*:\s*"/i.test(text)) return
    const body = hash('sha256', text, 'base64')
    this.#tables.store(this, key, {
      body,
      digest: body,
      packed: null,
      isExact: false,
      size: rows.length,
      instances: instancesOf(rows),
    })
  }
}

const unpack = (packed: Buffer) => zstdDecompressSync(packed, { chunkSize: CHUNK_BYTES }).toString().split(SEPARATOR)

function result(
  { digest, size, instances }: Known,
  later: () => RouteRow[],
  since?: TableAnswer['since'],
): Result<RouteRow[]> {
  const answer: TableAnswer = { digest, size, instances: [...instances.keys()], ...(since && { since }) }
  return { outcome: 'ok', error: null, rows: [], answer, later }
}

/** The texts of the rows of an answer of one page; null where they can't be separated without parsing. What is around them is read. */
function textsIn(answer: CallAnswer): { list: string; texts: string[]; at: string } | null {
  const { body } = answer
  const [from, to] = [body.indexOf('[{'), body.lastIndexOf('}]')]
  if (from < 0 || to < from) return null
  try {
    const around = answeredRows({ ...answer, body: `${body.slice(0, from + 1)}"${ROWS}"${body.slice(to + 1)}` })
    const isAllOfThem = around.rows.length === 1 && around.rows[0] === ROWS
    if (!isAllOfThem || member(around.body, 'nextLink')) return null
    const list = body.slice(from + 2, to)
    return { list, texts: list.split(SEPARATOR), at: around.at }
  } catch (error) {
    if (error instanceof PollFailure) return null
    throw error
  }
}

/** @returns null where a text is no row, or a row can't be read */
function decodeAll(texts: readonly string[], at: string, decode: Decode): RouteRow[] | null {
  const unread = new Unread()
  try {
    // texts that are objects each are the rows that the list as a whole has
    const rows = texts.map((text): Json => parseExactJson(`{${text}}`))
    const decoded = decode({ rows, at, unread })
    return unread.count === 0 ? decoded : null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof PollFailure) return null
    throw error
  }
}

/** What one list has more of than the other, in whatever order they are. */
function differing(before: readonly string[], now: readonly string[]): { gone: string[]; came: string[] } {
  const gone: string[] = []
  const came: string[] = []
  let [i, j] = [0, 0]
  while (i < before.length && j < now.length) {
    const [old = '', own = ''] = [before[i], now[j]]
    if (old === own) [i, j] = [i + 1, j + 1]
    else if (before[i + 1] === own) gone.push(before[i++] ?? '')
    else if (old === now[j + 1]) came.push(now[j++] ?? '')
    else {
      gone.push(before[i++] ?? '')
      came.push(now[j++] ?? '')
    }
  }
  return withoutMoved([...gone, ...before.slice(i)], [...came, ...now.slice(j)])
}

function withoutMoved(gone: readonly string[], came: readonly string[]): { gone: string[]; came: string[] } {
  const moved = new Map<string, number>()
  for (const text of gone) moved.set(text, (moved.get(text) ?? 0) + 1)
  const left = came.filter((text) => {
    const count = moved.get(text) ?? 0
    if (count > 0) moved.set(text, count - 1)
    return count === 0
  })
  return { gone: [...moved].flatMap(([text, count]) => Array.from({ length: count }, () => text)), came: left }
}

/** What names a row's route, as it is spelled: instance, peer and prefix; null where that is not certain without parsing. */
function keyIn(text: string): string | null {
  if (text.includes('\\')) return null
  const [instance, peer, prefix] = [valueIn(text, INSTANCE), valueIn(text, PEER), valueIn(text, NETWORK)]
  return instance === null || peer === null || prefix === null ? null : `${instance}\t${peer}\t${prefix}`
}

function valueIn(text: string, name: string): string | null {
  const from = text.indexOf(name) + name.length
  if (from < name.length || text.includes(name, from)) return null
  if (text.startsWith('null', from)) return ''
  return text[from] === '"' ? text.slice(from + 1, text.indexOf('"', from + 1)) : null
}

const keyOf = ({ instance, peer, prefix }: RouteRow) => `${instance ?? ''}\t${peer ?? ''}\t${prefix}`

function areExact(texts: readonly string[], rows: readonly RouteRow[]): boolean {
  if (texts.length !== rows.length) return false
  const keys = new Set(rows.map(keyOf))
  return texts.every((text) => keys.has(keyIn(text) ?? ''))
}

/** All that the changed routes have now, those of their rows included that are as before; null where the whole table must be read. */
function changedIn(
  { isExact, instances }: Known,
  { gone, came }: { gone: readonly string[]; came: readonly string[] },
  { list, texts }: { list: string; texts: readonly string[] },
  read: (texts: readonly string[]) => RouteRow[] | null,
): { since: Omit<NonNullable<TableAnswer['since']>, 'digest'>; instances: Map<string, number> } | null {
  if (!isExact || gone.length + came.length > Math.max(8, texts.length / 4)) return null
  const [went, arrived] = [read(gone), read(came)]
  if (!went || !arrived || !areExact(came, arrived)) return null
  const changed = new Map([...went, ...arrived].map((row) => [keyOf(row), row]))
  const prefixes = [...new Set([...changed.values()].map(({ prefix }) => `${NETWORK}"${prefix}"`))]
  // few of them are found sooner than all keys are read
  const near = prefixes.length > FEW ? texts : textsWith(list, prefixes)
  const own = near.filter((text) => changed.has(keyIn(text) ?? ''))
  const rows = read(own)
  if (!rows || !areExact(own, rows)) return null
  const left = new Map(instances)
  for (const [rowsOf, step] of [[went, -1] as const, [arrived, 1] as const]) {
    for (const { instance } of rowsOf) if (instance !== null) left.set(instance, (left.get(instance) ?? 0) + step)
  }
  const keys = [...changed.values()].map(({ instance, peer, prefix }) => ({
    instance: instance ?? '',
    peer: peer ?? '',
    prefix,
  }))
  return { since: { keys, rows }, instances: new Map([...left].filter(([, count]) => count > 0)) }
}

/** The texts of a list that hold one of some words, in its order. */
function textsWith(list: string, words: readonly string[]): string[] {
  const found = new Map<number, string>()
  for (const word of words) {
    for (let at = list.indexOf(word); at >= 0; at = list.indexOf(word, at + 1)) {
      const [before, after] = [list.lastIndexOf(SEPARATOR, at), list.indexOf(SEPARATOR, at)]
      const from = before < 0 ? 0 : before + SEPARATOR.length
      found.set(from, list.slice(from, after < 0 ? list.length : after))
    }
  }
  return [...found].toSorted(([a], [b]) => a - b).map(([, text]) => text)
}

function instancesOf(rows: readonly RouteRow[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { instance } of rows) if (instance !== null) counts.set(instance, (counts.get(instance) ?? 0) + 1)
  return counts
}
