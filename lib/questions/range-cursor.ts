import { type EpochMs, isValidInstant } from '#lib/contract/index.ts'
import { InvalidRequestError } from './errors.ts'
import { FOREIGN_CURSOR_FAULT } from './paging.ts'

interface RangeQuery {
  from?: EpochMs | undefined
  to?: EpochMs | undefined
  cursor?: string | undefined
}

/**
 * Returns the time range of a query. By default it ends now, and begins `defaultLengthMs` before its end. A cursor
 * contains the range of the first page, so that all pages have the same range.
 * @returns `cursor`: the part of the cursor that the history functions need; `wrap` adds the range to the cursor for
 *   the next page
 * @throws InvalidRequestError if the cursor is invalid or belongs to another range
 */
export function resolvePinnedRange(query: RangeQuery, now: EpochMs, defaultLengthMs: number) {
  const given = query.cursor === undefined ? null : readCursor(query.cursor)
  if (given && ((query.from ?? given.from) !== given.from || (query.to ?? given.to) !== given.to)) {
    throw new InvalidRequestError(FOREIGN_CURSOR_FAULT)
  }
  const to = given?.to ?? query.to ?? now
  const from = given?.from ?? query.from ?? Math.max(0, to - defaultLengthMs)
  const wrap = (next: string | null) => next && Buffer.from(JSON.stringify([from, to, next])).toString('base64url')
  return { from, to, cursor: given?.cursor, wrap }
}

function readCursor(text: string): { from: EpochMs; to: EpochMs; cursor: string } {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw new InvalidRequestError(FOREIGN_CURSOR_FAULT)
  }
  const [from, to, cursor] = Array.isArray(parts) ? parts : []
  if (!isValidInstant(from) || !isValidInstant(to) || from > to || typeof cursor !== 'string')
    throw new InvalidRequestError(FOREIGN_CURSOR_FAULT)
  return { from, to, cursor }
}
