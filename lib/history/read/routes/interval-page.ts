import type { QueryResultRow } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../../times.ts'
import type { CursorPage } from '../../types.ts'
import { createQueryCursors, createCursorPage } from '../cursor.ts'

/** Page of a list; `cursor` comes from the previous page. */
export interface IntervalPageQuery {
  limit: number
  cursor?: string | undefined
}

/** A query for a list of intervals, newest first. */
interface IntervalQuestion<Row> {
  /** name of the list; it is part of the cursors, so that a cursor of another list is rejected */
  name: string
  /** filters of the query, also part of the cursors */
  filter: Record<string, unknown>
  /** the SQL statement with its conditions; the function appends the position, order and limit */
  select: string
  /** the parameters of `select`, from $1 on */
  values: readonly unknown[]
  /** order of the list: a time, then columns that make a row's position unique */
  order: { at: string; ties: readonly { column: string; type: 'int' | 'text' }[] }
  /** function that returns a row's position in that order */
  placeOf: (row: Row) => readonly [EpochMs, ...(string | number)[]]
}

/**
 * Returns a page of intervals. Rows that are recorded meanwhile are newer than the cursor, so that pages neither repeat
 * nor omit rows.
 * @throws CursorError if the cursor belongs to another query
 */
export async function readIntervalPage<Row extends QueryResultRow>(
  db: SqlExecutor,
  { limit, cursor }: IntervalPageQuery,
  { name, filter, select, values, order, placeOf }: IntervalQuestion<Row>,
): Promise<CursorPage<Row>> {
  const cursors = createQueryCursors(name, filter)
  const [at, ...ties] = cursors.read(cursor, 'moment', ...order.ties.map(({ type }) => type)) ?? [null]
  const columns = [order.at, ...order.ties.map(({ column }) => column)]
  const first = values.length + 1
  const place = [`$${first}`, ...order.ties.map(({ type }, i) => `$${first + 1 + i}::${type}`)]
  const { rows } = await db.query<Row>(
    `${select}
       AND ($${first}::timestamptz IS NULL OR (${columns.join(', ')}) < (${place.join(', ')}))
     ORDER BY ${columns.map((column) => `${column} DESC`).join(', ')} LIMIT $${first + columns.length}`,
    [...values, formatIsoTime(at), ...order.ties.map((_, i) => ties[i] ?? null), limit + 1],
  )
  return createCursorPage(rows, limit, (last) => cursors.write([...placeOf(last)]))
}

/** Returns the page with each row converted. */
export const mapPageRows = <Row, Item>(
  { rows, nextCursor }: CursorPage<Row>,
  itemOf: (row: Row) => Item,
): CursorPage<Item> => ({
  rows: rows.map(itemOf),
  nextCursor,
})
