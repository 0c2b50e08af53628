import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'

const db = withTestDatabase()

interface Key {
  table: string
  kind: 'p' | 'u' | 'x'
  columns: string[]
}

/** Returns the keys of the tables that have a source: PRIMARY KEY, UNIQUE and EXCLUDE. */
async function keysOfSources(): Promise<Key[]> {
  const { rows } = await db.pool.query<Key>(
    `SELECT t.relname AS table, k.contype AS kind,
            array(SELECT coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, place::int, true))
                  FROM unnest(i.indkey::int[]) WITH ORDINALITY AS c (attnum, place)
                  LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.attnum AND c.attnum > 0 ORDER BY place) AS columns
     FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_index i ON i.indexrelid = k.conindid
     WHERE k.contype IN ('p', 'u', 'x') AND t.relnamespace = 'public'::regnamespace AND NOT t.relispartition
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'source_id' AND NOT a.attisdropped)
     ORDER BY 1, 2, 3`,
  )
  return rows
}

/**
 * Tables whose rows do not belong to exactly one source: an event may concern several, and a lease belongs to a
 * resource.
 */
const OF_NO_SOURCE = ['event', 'resource_lease']

/**
 * Tables of numbered series of a source, and of the bounds of their intervals. Some of their keys do not contain the
 * source, so they cannot be distributed by source.
 */
const SERIES = ['arp_entry', 'counter', 'metric_series', 'route', 'session', 'usage_series']
const BOUNDS = ['arp_interval', 'connection_interval', 'resource_history', 'session_interval', 'session_prefixes']

it('the key of every table that has a source begins with the source', async () => {
  const keys = await keysOfSources()
  const tables = [...new Set(keys.map(({ table }) => table))]
  expect(tables.length).toBeGreaterThan(15)
  const others = tables.filter((table) => !keys.some((key) => key.table === table && key.columns[0] === 'source_id'))
  expect(others).toEqual(OF_NO_SOURCE)
})

it('keys without the source are those that docs/operations.md names', async () => {
  const keys = (await keysOfSources()).filter(
    ({ table, columns }) => !columns.includes('source_id') && !OF_NO_SOURCE.includes(table),
  )
  const without = (kind: Key['kind']) => keys.filter((key) => key.kind === kind)
  expect(without('p').map(({ table }) => table)).toEqual(SERIES)
  expect(without('p').every(({ columns }) => columns.join() === 'id')).toBe(true)
  expect(without('x').map(({ table }) => table)).toEqual(BOUNDS)
  expect(without('u')).toEqual([])
})
