import { createHash } from 'node:crypto'

/** A cursor that no page of this very query has handed out; the caller has to begin without one. */
export class CursorError extends Error {
  override name = 'CursorError'
}

type CursorKey = (string | number)[]

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
    /** @throws CursorError */
    read(cursor: string | undefined, length: number): CursorKey | null {
      if (cursor === undefined) return null
      const parts = parsed(cursor)
      const [marked, ...key] = Array.isArray(parts) ? parts : []
      if (marked !== mark || key.length !== length || !key.every(isKeyPart)) {
        throw new CursorError('this cursor belongs to another query: ask again without a cursor')
      }
      return key
    },
  }
}

const isKeyPart = (part: unknown): part is string | number => typeof part === 'string' || typeof part === 'number'

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

/** Cuts a page out of rows of which one more than `limit` was asked for. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  write: (last: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? write(last) : null }
}
