import { expect } from 'vitest'
import type { CursorPage } from '../types.ts'

/** Reads all pages of a list. */
export async function readEveryPage<Row>(
  limit: number,
  read: (page: { limit: number; cursor?: string | undefined }) => Promise<CursorPage<Row>>,
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit, cursor })
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    if (page.nextCursor !== null) expect(page.rows).toHaveLength(limit)
    rows.push(...page.rows)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return rows
}
