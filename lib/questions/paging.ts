import { createHash } from 'node:crypto'
import { InvalidRequestError } from './errors.ts'

/**
 * One page of a list that is at hand as a whole, ordered by a key that is unique and stays a row's own. The cursor
 * names the last row given, so rows that come or go between two pages are neither doubled nor skipped.
 * @param question what the cursor is bound to: all parameters but cursor and limit
 * @throws InvalidRequestError if the cursor is none, or another question's
 */
export function pageOfList<Row>(
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
    throw new InvalidRequestError(foreignCursor)
  }
  const [of, key] = Array.isArray(read) ? read : []
  if (of !== digest || typeof key !== 'string') throw new InvalidRequestError(foreignCursor)
  return key
}

export const foreignCursor =
  'cursor: this one does not belong to this query; send the nextCursor of the page before with the same parameters, or none to start over'
