import type { Observation, RouteRow } from '#lib/contract/index.ts'
import { ensureSource, recordObservation } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { indexSizes, ms, print, sizesOf } from './figures.ts'

const PREFIXES = 10_000
const POLL_MS = 300_000
const INTERVAL_TABLES = ['route_interval']
const ALL_TABLES = ['route', 'route_interval', 'route_attributes', 'coverage', 'poll_state']

/** Records polls of one table like a worker: each in a separate, durable transaction. */
export async function measureRecording(db: Database): Promise<void> {
  const target = {
    resourceId:
      '/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-bench/providers/Microsoft.Network/virtualNetworkGateways/gw-rec',
    subresource: '',
  }
  const sourceId = await ensureSource(db.pool, target)
  let at = Date.now() - 30 * 86_400_000
  const poll = async (rows: RouteRow[]): Promise<{ took: number; changes: number }> => {
    const observation: Observation = {
      target,
      kind: 'learned',
      startedAt: (at += POLL_MS),
      finishedAt: at + 2_000,
      outcome: 'ok',
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: 'bench',
      rows,
    }
    const begun = performance.now()
    const { changes } = await db.transaction((client) =>
      recordObservation(client, sourceId, observation, { intervalSeconds: POLL_MS / 1000 }),
    )
    return { took: performance.now() - begun, changes: changes.length }
  }
  const several = async (count: number, table: (n: number) => RouteRow[]) => {
    const polls: Awaited<ReturnType<typeof poll>>[] = []
    for (let n = 0; n < count; n++) polls.push(await poll(table(n)))
    const took = polls.map((p) => p.took).sort((a, b) => a - b)
    return {
      median: took[Math.floor(count / 2)] ?? 0,
      worst: took.at(-1) ?? 0,
      changes: polls.reduce((n, p) => n + p.changes, 0),
    }
  }
  const same = tableOf(() => 0)
  const first = await poll(same)
  print(`  the first poll of ${PREFIXES} prefixes: ${ms(first.took)}`)

  await db.pool.query('VACUUM ANALYZE')
  const quietBefore = await sizesOf(db, ALL_TABLES)
  const quiet = await several(200, () => same)
  const quietAfter = await sizesOf(db, ALL_TABLES)
  const grown = quietAfter.heap + quietAfter.indexes - quietBefore.heap - quietBefore.indexes
  print(
    `  a poll without change: median ${ms(quiet.median)}, worst ${ms(quiet.worst)}; ${(grown / 200).toFixed(1)} bytes for each, over 200 polls`,
  )

  const few = await several(11, (n) => tableOf((i) => (i % 100 === 0 ? n + 1 : 0)))
  print(`  a poll with 1 % changed (${few.changes / 11}): median ${ms(few.median)}, worst ${ms(few.worst)}`)

  const before = await sizesOf(db, INTERVAL_TABLES)
  const wholeBefore = await sizesOf(db, ALL_TABLES)
  const all = await several(11, (n) => tableOf(() => n + 100))
  const after = await sizesOf(db, INTERVAL_TABLES)
  const wholeAfter = await sizesOf(db, ALL_TABLES)
  print(`  a poll with all changed (${all.changes / 11}): median ${ms(all.median)}, worst ${ms(all.worst)}`)
  const heap = (after.heap - before.heap) / all.changes
  const withIndexes = heap + (after.indexes - before.indexes) / all.changes
  const everything = (wholeAfter.heap + wholeAfter.indexes - wholeBefore.heap - wholeBefore.indexes) / all.changes
  print(
    `  for each route change: ${heap.toFixed(0)} bytes of heap, ${withIndexes.toFixed(0)} with all its indexes; ${everything.toFixed(0)} with all that the current table and the attributes grew by`,
  )
  const printIndexes = async () => {
    for (const { name, bytes } of await indexSizes(db, 'route_interval'))
      print(`    ${name}: ${(bytes / 2 ** 20).toFixed(1)} MB`)
  }
  await printIndexes()
  await db.pool.query('REINDEX TABLE route_interval')
  print('  and after the indexes are built again:')
  await printIndexes()
}

/** Builds a table. The version of a prefix determines its AS path, so there are as many attribute sets as versions. */
function tableOf(version: (prefix: number) => number): RouteRow[] {
  return Array.from({ length: PREFIXES }, (_, i) => ({
    instance: '10.0.4.12',
    prefix: `10.${i >> 8}.${i & 255}.0/24`,
    nextHop: '10.0.4.4',
    peer: '10.0.4.4',
    origin: 'EBgp',
    asPath: [12076, 65001, 64512 + version(i)],
    weight: 32769,
    localPref: null,
  }))
}
