import { BrandedError } from '#lib/platform/branded-error.ts'
import { createHash } from 'node:crypto'
import { readPrefix } from '#lib/bgp/index.ts'
import { isMoment } from '#lib/contract/index.ts'
import { isStorable } from '#lib/platform/storable-text.ts'

/** A cursor that no page of this very query has handed out; the caller has to begin without one. */
export class CursorError extends BrandedError {
  static override readonly brand = 'CursorError'
}

type CursorKey = (string | number)[]

/** What a part of a cursor may be: anybody can write one, so that each is checked as any other parameter is. */
const PARTS = {
  moment: isMoment,
  int: (part: unknown): part is number => Number.isInteger(part) && Math.abs(part as number) <= 2_147_483_647,
  number: (part: unknown): part is number => typeof part === 'number' && Number.isFinite(part),
  text: (part: unknown): part is string => typeof part === 'string' && isStorable(part),
  prefix: (part: unknown): part is string => typeof part === 'string' && readPrefix(part) !== null,
}
type CursorPart = keyof typeof PARTS
type PartValue = { moment: number; int: number; number: number; text: string; prefix: string }
type Values<Parts extends readonly CursorPart[]> = { [Index in keyof Parts]: PartValue[Parts[Index]] }

/**
 * Cursors of one query: the place where the last page ended, marked with what was asked, so that a cursor of another query
 * is not mistaken for one of this. `limit` may differ from page to page, so it is no part of the mark.
 */
export function cursorsOf(name: string, asked: Record<string, unknown>) {
  const mark = createHash('sha256')
    .update(JSON.stringify([name, Object.entries(asked).filter(([, value]) => value !== undefined)]))
    .digest('base64url')
    .slice(0, 8)
  return {
    write: (key: CursorKey): string => Buffer.from(JSON.stringify([mark, ...key])).toString('base64url'),
    /** @throws CursorError when it is another query's, or its parts are not of these kinds */
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

/** Cuts a page out of rows of which one more than `limit` was asked for. */
export function cursorPage<Row>(
  rows: readonly Row[],
  limit: number,
  write: (last: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? write(last) : null }
}
