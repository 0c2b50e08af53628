import { createHash } from 'node:crypto'
import { InvalidRequestError } from './errors.ts'

/**
 * Returns one page of a list that is completely in memory. The rows are sorted by a unique key that never changes for a
 * row. The cursor contains the key of the last row on the page. Therefore rows that are added or removed between two
 * requests cause neither duplicates nor gaps.
 * @param question all parameters of the query except cursor and limit; a cursor is valid only for the same parameters
 * @throws InvalidRequestError if the cursor is invalid or belongs to other parameters
 */
export function pickPageOfList<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  { cursor, limit, ...question }: { cursor?: string | undefined; limit: number } & Record<string, unknown>,
): { rows: Row[]; nextCursor: string | null } {
  const digest = digestOf(question)
  const after = cursor === undefined ? null : readCursor(cursor, digest)
  const keyed = rows.map((row) => ({ key: keyOf(row), row })).toSorted((a, b) => compare(a.key, b.key))
  const rest = after === null ? keyed : keyed.filter(({ key }) => compare(key, after) > 0)
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = last && rest.length > limit ? writeCursor(digest, last.key) : null
  return { rows: page.map(({ row }) => row), nextCursor }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function digestOf(question: Record<string, unknown>): string {
  const known = Object.entries(question).filter(([, value]) => value !== undefined)
  const text = JSON.stringify(known.toSorted(([a], [b]) => compare(a, b)))
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}

function writeCursor(digest: string, key: string): string {
  return Buffer.from(JSON.stringify([digest, key])).toString('base64url')
}

function readCursor(cursor: string, digest: string): string {
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw new InvalidRequestError(FOREIGN_CURSOR_FAULT)
  }
  const [of, key] = Array.isArray(read) ? read : []
  if (of !== digest || typeof key !== 'string') throw new InvalidRequestError(FOREIGN_CURSOR_FAULT)
  return key
}

export const FOREIGN_CURSOR_FAULT =
  'cursor: this one does not belong to this query; send the nextCursor of the page before with the same parameters, or none to start over'
