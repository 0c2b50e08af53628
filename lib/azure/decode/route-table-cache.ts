import { hash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { PollTarget, RouteRow, RouteTableDigest } from '#lib/contract/index.ts'
import type { ArmResponse } from '../call/call.ts'
import { PollFailure } from '../call/failure.ts'
import { readOperationRows, type OperationRows } from '../call/long-running.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import { pollKindDefinitions } from '../kinds/index.ts'
import type { KindPollResult } from '../kinds/kind.ts'
import type { ObservableKind } from '../types.ts'
import { type ExactJson, parseExactJson } from './json.ts'
import { getArmMember } from './members.ts'
import { UnreadRowCounter } from './unread-row-counter.ts'

/**
 * Maximum size in bytes of all route tables in memory. A table with 10,000 routes takes about 30,000 bytes in
 * compressed form.
 */
const MAX_BYTES = 16 * 2 ** 20
/** Size in bytes of the chunks in which texts are decompressed. With many small chunks, the time would double. */
const CHUNK_BYTES = 2 ** 18
/** Assumed size in bytes of an entry without its rows. */
const ENTRY_BYTES = 500

interface Known {
  /** hash of the last response body */
  body: string
  digest: string
  /** compressed texts of the rows; null = the rows cannot be separated without parsing the whole response */
  packed: Buffer | null
  /**
   * true if every row has its own text, and the key of its route (instance, peer and prefix) can be read from the text
   * without parsing it. In this case, a changed text proves that only this route changed.
   */
  isExact: boolean
  size: number
  /** number of rows by instance */
  instances: ReadonlyMap<string, number>
}

const bytesOf = ({ packed }: Known) => ENTRY_BYTES + (packed?.length ?? 0)

/** Memory of the last response of one route table; null for a poll kind that does not read a route table. */
export type RouteTableCacheEntry<Rows> = {
  /**
   * Returns the result of a response without parsing it as a whole. This is possible if the table is unchanged, or if
   * the texts of its rows can be separated. The rows are the same as from a complete decoding. If no row or only few
   * rows changed, they are decoded only when they are used.
   * @returns null = the response must be decoded completely and then passed to `keep`
   */
  read(answer: ArmResponse, decode: (table: OperationRows) => Rows): KindPollResult<Rows> | null
  /** Stores a response that was decoded completely, so that the same response is recognized later. */
  keep(answer: ArmResponse, whole: KindPollResult<Rows>): void
} | null

type Decode = (table: OperationRows) => RouteRow[]

const SEPARATOR = '},{'
const INSTANCE = '"localAddress":'
const PEER = '"sourcePeer":'
const NETWORK = '"network":'
const FEW = 16
/** Text that replaces all rows while the JSON around them is parsed. */
const ROWS = 'rows'

/**
 * Cache of the last response of each route table (ADR 0273). An unchanged response then costs only the computation of
 * its hash, and a response with few changes only the decoding of the changed rows. The cache is lost when the process
 * ends.
 */
export class RouteTableCache {
  readonly #tables = new MemoryCache<Known>('route_tables', { maxSize: MAX_BYTES, sizeOf: bytesOf })

  /** Returns the memory of one route table; null for a poll kind that does not read a route table. */
  of<Rows>(kind: ObservableKind, { resourceId, subresource }: PollTarget): RouteTableCacheEntry<Rows> {
    if (pollKindDefinitions[kind].operation?.reads !== 'tables') return null
    const key = `${kind} ${resourceId.toLowerCase()} ${subresource}`
    // the cast is necessary, because TypeScript cannot derive from a union of poll kinds that the rows are routes
    return {
      read: (answer: ArmResponse, decode: Decode) => this.#read(key, answer, decode),
      keep: (answer: ArmResponse, whole: KindPollResult<RouteRow[]>) => this.#keep(key, answer, whole),
    } as unknown as RouteTableCacheEntry<Rows>
  }

  #read(key: string, answer: ArmResponse, decode: Decode): KindPollResult<RouteRow[]> | null {
    const known = this.#tables.find(this, key)
    const body = hash('sha256', answer.body, 'base64')
    const later = () => decode(readOperationRows(answer))
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
    // Zstandard needs a third of the time that deflate needs
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

  #keep(key: string, { body: text }: ArmResponse, { outcome, rows }: KindPollResult<RouteRow[]>): void {
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
  since?: RouteTableDigest['since'],
): KindPollResult<RouteRow[]> {
  const answer: RouteTableDigest = { digest, size, instances: [...instances.keys()], ...(since && { since }) }
  return { outcome: 'ok', error: null, rows: [], answer, later }
}

/**
 * Returns the texts of the rows in a response, by parsing only the JSON around them. Null if the rows cannot be
 * separated in this way, or if there are further pages.
 */
function textsIn(answer: ArmResponse): { list: string; texts: string[]; at: string } | null {
  const { body } = answer
  const [from, to] = [body.indexOf('[{'), body.lastIndexOf('}]')]
  if (from < 0 || to < from) return null
  try {
    const around = readOperationRows({ ...answer, body: `${body.slice(0, from + 1)}"${ROWS}"${body.slice(to + 1)}` })
    const isAllOfThem = around.rows.length === 1 && around.rows[0] === ROWS
    if (!isAllOfThem || getArmMember(around.body, 'nextLink')) return null
    const list = body.slice(from + 2, to)
    return { list, texts: list.split(SEPARATOR), at: around.at }
  } catch (error) {
    if (error instanceof PollFailure) return null
    throw error
  }
}

/**
 * Decodes all rows of a table from their separate texts.
 * @returns null if a text is not a complete row, or if a row cannot be decoded
 */
function decodeAll(texts: readonly string[], at: string, decode: Decode): RouteRow[] | null {
  const unread = new UnreadRowCounter()
  try {
    // if each text is a complete JSON object, the texts are exactly the rows of the list
    const rows = texts.map((text): ExactJson => parseExactJson(`{${text}}`))
    const decoded = decode({ rows, at, unread })
    return unread.count === 0 ? decoded : null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof PollFailure) return null
    throw error
  }
}

/**
 * Compares two lists of texts, in any order. `gone` contains the texts that only `before` has, `came` those that only
 * `now` has.
 */
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

/**
 * Returns the key of a route (instance, peer and prefix), read directly from the text of its row; null if it cannot be
 * read reliably without parsing.
 */
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

/**
 * Returns all current rows of the changed routes, including rows that did not change but belong to the same route. Null
 * = the whole table must be decoded, because too much changed or a text cannot be interpreted.
 */
function changedIn(
  { isExact, instances }: Known,
  { gone, came }: { gone: readonly string[]; came: readonly string[] },
  { list, texts }: { list: string; texts: readonly string[] },
  read: (texts: readonly string[]) => RouteRow[] | null,
): { since: Omit<NonNullable<RouteTableDigest['since']>, 'digest'>; instances: Map<string, number> } | null {
  if (!isExact || gone.length + came.length > Math.max(8, texts.length / 4)) return null
  const [went, arrived] = [read(gone), read(came)]
  if (!went || !arrived || !areExact(came, arrived)) return null
  const changed = new Map([...went, ...arrived].map((row) => [keyOf(row), row]))
  const prefixes = [...new Set([...changed.values()].map(({ prefix }) => `${NETWORK}"${prefix}"`))]
  // if only a few prefixes changed, searching for them is faster than reading the keys of all rows
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

/** Returns those row texts of a list that contain at least one of the words, in the order of the list. */
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
