import { type EpochMs, isMoment } from '#lib/contract/index.ts'
import { InvalidRequestError } from './errors.ts'
import { foreignCursor } from './paging.ts'

interface RangeQuery {
  from?: EpochMs | undefined
  to?: EpochMs | undefined
  cursor?: string | undefined
}

/**
 * The range of a query whose ends may be left to the clock. A page after the first one must be of the very same range, so
 * the cursor carries it.
 * @returns `cursor`: what history gave for the page before; `wrap` makes the API's cursor of history's next one
 * @throws InvalidRequestError when the cursor is none, or of another range
 */
export function pinnedRange(query: RangeQuery, now: EpochMs, defaultLengthMs: number) {
  const given = query.cursor === undefined ? null : readCursor(query.cursor)
  if (given && ((query.from ?? given.from) !== given.from || (query.to ?? given.to) !== given.to)) {
    throw new InvalidRequestError(foreignCursor)
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
    throw new InvalidRequestError(foreignCursor)
  }
  const [from, to, cursor] = Array.isArray(parts) ? parts : []
  if (!isMoment(from) || !isMoment(to) || from > to || typeof cursor !== 'string')
    throw new InvalidRequestError(foreignCursor)
  return { from, to, cursor }
}
