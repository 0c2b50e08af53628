import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { copySources, distributeBySource, readShardOfSource } from './testing/distributed.ts'
import {
  QUERIES_OF_ALL_SHARDS,
  QUERIES_OF_NO_SHARD,
  databaseQueryFunctions,
  questionsBySource,
} from './testing/questions-by-source.ts'
import { type ShardTrackingDatabase, createShardTrackingDatabase } from './testing/shards-read.ts'
import { recordSites, type CustomerSitePollSources } from './testing/sites.ts'

const db = withTestDatabase()
let tables: string[]
let watched: ShardTrackingDatabase
let site: CustomerSitePollSources
let other: CustomerSitePollSources

beforeAll(async () => {
  tables = await distributeBySource(db.pool)
  const [first, second] = await recordSites(db, 3)
  if (!first || !second) throw new Error('there are three')
  ;[site, other] = [first, second]
  await databaseQueryFunctions.rollUpUsage(db)
  await databaseQueryFunctions.rollUpChurn(db)
  await copySources(db.pool, tables, 100)
  watched = await createShardTrackingDatabase(db.pool, db.url)
  return () => watched.db.close()
}, 60_000)

describe('a question touches the shards of the sources that it is about, and no others', () => {
  it.each(questionsBySource)('$name $how', async ({ about, ask }) => {
    const own = new Set<number>()
    for (const { sourceId } of about(site, other)) own.add(await readShardOfSource(db.pool, sourceId))
    const read = await watched.during(() => ask(watched.db, site, other))
    // a query that reads no shard has not found its rows
    expect(read.size).toBeGreaterThan(0)
    const further = [...read].flatMap(([table, shards]) =>
      [...shards].filter((shard) => !own.has(shard)).map((shard) => `${table} ${shard}`),
    )
    expect(further).toEqual([])
  })
})

it('a question that leaves its sources to the end is found', async () => {
  const text =
    'SELECT count(*) FROM route JOIN source s ON s.id = source_id WHERE s.resource_id % 1000 = 1 AND prefix IS NOT NULL'
  const read = await watched.during(() => watched.db.pool.query(text))
  expect(read.get('route')?.size).toBe(8)
})

const isFunction = (value: unknown) =>
  typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable !== false

/** Files with texts about the scope and past of tables: readers add them to queries, but do not execute them. */
const RULES_OF_TABLES = /\/history\/(?:scoped|past)\//

/** Reports whether a module, or a module of history that it imports, queries a distributed table. */
function asks(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file) || !existsSync(file) || RULES_OF_TABLES.test(file)) return false
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  const table = new RegExp(
    `\\b(?:(?:FROM|JOIN|INTO|UPDATE|table:)\\s+'?|client,\\s+')(?:${tables.join('|')}|(?!resource)\\w+_span)\\b`,
  )
  if (table.test(text)) return true
  return [...text.matchAll(/^(?!import type).*from '(\.[^']+)'/gm)].some(([, to = '']) =>
    asks(path.join(path.dirname(file), to), seen),
  )
}

it('every question of a distributed table has a line, and none is kept that is gone', () => {
  const doors = readFileSync(path.join(import.meta.dirname, 'index.ts'), 'utf8')
  const named = [...doors.matchAll(/export \{([^}]*)\} from '\.\/((?:read|quiet|record|rollup|store)\/[^']+)'/g)]
  const asked = named.flatMap(([, names = '', file = '']) =>
    asks(path.join(import.meta.dirname, file)) ? names.split(',').map((name) => name.trim()) : [],
  )
  const functions = asked.filter((name) => isFunction((databaseQueryFunctions as Record<string, unknown>)[name]))
  const lines = new Set<string>([
    ...questionsBySource.map(({ name }) => name),
    ...QUERIES_OF_ALL_SHARDS,
    ...QUERIES_OF_NO_SHARD,
  ])
  expect(functions.length).toBeGreaterThan(50)
  expect(functions.filter((name) => !lines.has(name))).toEqual([])
  // other rooms have their own queries
  const isGone = (name: string) =>
    !functions.includes(name) && !isFunction((databaseQueryFunctions as Record<string, unknown>)[name])
  expect([...lines].filter(isGone)).toEqual([])
})
