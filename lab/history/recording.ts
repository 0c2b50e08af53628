import type { PollObservation, RouteRow } from '#lib/contract/index.ts'
import { getOrCreateSourceId, recordObservation } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { indexSizes, formatMilliseconds, printBenchLine, readTableSizes } from './figures.ts'

const PREFIXES = 10_000
const POLL_MS = 300_000
const INTERVAL_TABLES = ['route_interval']
const ALL_TABLES = ['route', 'route_interval', 'route_attributes', 'coverage', 'poll_state']

/** Records polls of one table like a worker: each in a separate, durable transaction. */
export async function measurePollRecording(db: Database): Promise<void> {
  const target = {
    resourceId:
      '/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-bench/providers/Microsoft.Network/virtualNetworkGateways/gw-rec',
    subresource: '',
  }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  let at = Date.now() - 30 * 86_400_000
  const poll = async (rows: RouteRow[]): Promise<{ took: number; changes: number }> => {
    const observation: PollObservation = {
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
  printBenchLine(`  the first poll of ${PREFIXES} prefixes: ${formatMilliseconds(first.took)}`)

  await db.pool.query('VACUUM ANALYZE')
  const quietBefore = await readTableSizes(db, ALL_TABLES)
  const quiet = await several(200, () => same)
  const quietAfter = await readTableSizes(db, ALL_TABLES)
  const grown = quietAfter.heap + quietAfter.indexes - quietBefore.heap - quietBefore.indexes
  printBenchLine(
    `  a poll without change: median ${formatMilliseconds(quiet.median)}, worst ${formatMilliseconds(quiet.worst)}; ${(grown / 200).toFixed(1)} bytes for each, over 200 polls`,
  )

  const few = await several(11, (n) => tableOf((i) => (i % 100 === 0 ? n + 1 : 0)))
  printBenchLine(
    `  a poll with 1 % changed (${few.changes / 11}): median ${formatMilliseconds(few.median)}, worst ${formatMilliseconds(few.worst)}`,
  )

  const before = await readTableSizes(db, INTERVAL_TABLES)
  const wholeBefore = await readTableSizes(db, ALL_TABLES)
  const all = await several(11, (n) => tableOf(() => n + 100))
  const after = await readTableSizes(db, INTERVAL_TABLES)
  const wholeAfter = await readTableSizes(db, ALL_TABLES)
  printBenchLine(
    `  a poll with all changed (${all.changes / 11}): median ${formatMilliseconds(all.median)}, worst ${formatMilliseconds(all.worst)}`,
  )
  const heap = (after.heap - before.heap) / all.changes
  const withIndexes = heap + (after.indexes - before.indexes) / all.changes
  const everything = (wholeAfter.heap + wholeAfter.indexes - wholeBefore.heap - wholeBefore.indexes) / all.changes
  printBenchLine(
    `  for each route change: ${heap.toFixed(0)} bytes of heap, ${withIndexes.toFixed(0)} with all its indexes; ${everything.toFixed(0)} with all that the current table and the attributes grew by`,
  )
  const printIndexes = async () => {
    for (const { name, bytes } of await indexSizes(db, 'route_interval'))
      printBenchLine(`    ${name}: ${(bytes / 2 ** 20).toFixed(1)} MB`)
  }
  await printIndexes()
  await db.pool.query('REINDEX TABLE route_interval')
  printBenchLine('  and after the indexes are built again:')
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
