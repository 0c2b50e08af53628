import { BundleSafeError } from '#lib/platform/branded-error.ts'
import { createHash } from 'node:crypto'
import { parsePrefixWithHostBits } from '#lib/bgp/index.ts'
import { isValidInstant } from '#lib/contract/index.ts'
import { isStorableText } from '#lib/platform/storable-text.ts'

/** Error for a cursor that was not returned by a page of the same query; the caller has to start without a cursor. */
export class CursorError extends BundleSafeError {
  static override readonly brand = 'CursorError'
}

type CursorKey = (string | number)[]

/**
 * Checks for the parts of a cursor. A client can send any text as a cursor, so each part is validated like any other
 * parameter.
 */
const PARTS = {
  moment: isValidInstant,
  int: (part: unknown): part is number => Number.isInteger(part) && Math.abs(part as number) <= 2_147_483_647,
  number: (part: unknown): part is number => typeof part === 'number' && Number.isFinite(part),
  text: (part: unknown): part is string => typeof part === 'string' && isStorableText(part),
  prefix: (part: unknown): part is string => typeof part === 'string' && parsePrefixWithHostBits(part) !== null,
}
type CursorPart = keyof typeof PARTS
type PartValue = { moment: number; int: number; number: number; text: string; prefix: string }
type Values<Parts extends readonly CursorPart[]> = { [Index in keyof Parts]: PartValue[Parts[Index]] }

/**
 * Creates the functions that write and read the cursors of a query. A cursor contains the position of the last row of a
 * page, and a hash of the query's name and filters. The hash makes it possible to reject a cursor of another query.
 * `limit` may differ between pages, so it is not part of the hash.
 */
export function createQueryCursors(name: string, asked: Record<string, unknown>) {
  const mark = createHash('sha256')
    .update(JSON.stringify([name, Object.entries(asked).filter(([, value]) => value !== undefined)]))
    .digest('base64url')
    .slice(0, 8)
  return {
    write: (key: CursorKey): string => Buffer.from(JSON.stringify([mark, ...key])).toString('base64url'),
    /**
     * Returns the position that a cursor contains; null = no cursor was sent.
     * @throws CursorError if the cursor belongs to another query or its parts have other types
     */
    read<const Parts extends readonly CursorPart[]>(cursor: string | undefined, ...kinds: Parts): Values<Parts> | null {
      if (cursor === undefined) return null
      const parts = parsed(cursor)
      const [marked, ...key]: unknown[] = Array.isArray(parts) ? parts : []
      if (marked !== mark || !areOf(key, kinds)) {
        throw new CursorError('this cursor belongs to another query: ask again without a cursor')
      }
      return key
    },
  }
}

const areOf = <Parts extends readonly CursorPart[]>(key: readonly unknown[], kinds: Parts): key is Values<Parts> =>
  key.length === kinds.length && kinds.every((kind, i) => PARTS[kind](key[i]))

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

/**
 * Returns a page and its next cursor. The caller queried one row more than the limit. If this additional row exists,
 * there is a next page.
 */
export function createCursorPage<Row>(
  rows: readonly Row[],
  limit: number,
  write: (last: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? write(last) : null }
}
