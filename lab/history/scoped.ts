import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { createScopedReader, getReaderVisibility, readCoveringRoutes, readTableNames } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type SqlExecutor, getSqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, limitToAccessScope } from '#lib/questions/index.ts'
import '#lib/table.ts'

import { randomAddress, createApiQueries } from './asking.ts'
import { type BenchTopology, BENCH_GATEWAY_PEERS } from './estate.ts'
import {
  printBenchLine,
  createRandom,
  formatRunTimeStatistics,
  measureFunctionRunTimes,
  type RunTimeStatistics,
} from './figures.ts'

interface Moment {
  at: number
  iso: string
  address: string
  scope: string
}

const questions: {
  name: string
  times: number
  ask: (reader: ReadableDatabase, moment: Moment) => Promise<unknown>
}[] = [
  {
    name: 'look-up as of T, all gateways, in the database',
    times: 200,
    ask: (reader, { at, address }) => readCoveringRoutes(getSqlExecutor(reader), { at, address, kinds: ['learned'] }),
  },
  {
    name: 'look-up as of T, all gateways, at the API',
    times: 200,
    ask: (reader, { address: ip, iso }) => createApiQueries(reader).lookup({ ip, at: iso }),
  },
  {
    name: 'look-up now at the API',
    times: 200,
    ask: (reader, { address: ip }) => createApiQueries(reader).lookup({ ip }),
  },
  {
    name: 'table of a gateway as of T at the API, 100 rows',
    times: 30,
    ask: (reader, { scope, iso }) => createApiQueries(reader).table({ scope, at: iso }),
  },
  {
    name: 'history of a prefix, all gateways, at the API',
    times: 30,
    ask: (reader, { address: ip }) => createApiQueries(reader).history({ prefix: ip.replace(/\d+$/, '0/24') }),
  },
  {
    name: 'diff of a gateway, a day apart, at the API',
    times: 12,
    ask: (reader, { scope, at, iso }) =>
      createApiQueries(reader).diff({ scope, from: new Date(at - MS_PER_DAY).toISOString(), to: iso }),
  },
  {
    name: 'churn of a gateway, a day, at the API',
    times: 12,
    ask: (reader, { scope, at, iso }) =>
      createApiQueries(reader).churn({ scope, from: new Date(at - MS_PER_DAY).toISOString(), to: iso }),
  },
]

/**
 * Measures the cost of a reader's scope. Runs the same queries as a reader who sees everything, as a reader whose scope
 * covers the same estate, and as a reader whose gateways all also carry circuits of another customer.
 */
export async function measureAccessScopedQueries(db: Database, estate: BenchTopology): Promise<void> {
  const below = createRandom(11)
  const moments = Array.from({ length: 200 }, (): Moment => {
    const at = estate.from + 2 * MS_PER_DAY + below(estate.to - estate.from - 2 * MS_PER_DAY)
    const scope = estate.resourceIds[below(estate.gateways)] ?? ''
    return { at, iso: new Date(at).toISOString(), address: randomAddress(below, estate.routes / 2), scope }
  })
  const subscriptions = [...new Set(estate.resourceIds.map((id) => id.split('/')[2] ?? ''))]
  const scoped = await limitToAccessScope(db, { subscriptions, customers: [] })
  const mixed = await onMixedGateways(db, getSqlExecutor(scoped), estate)
  for (const { name, times, ask } of questions) {
    const few = moments.slice(0, times)
    const everything = await measureFunctionRunTimes(db, few, (m) => ask(db, m))
    printBenchLine(`  ${name}: everything ${formatRunTimeStatistics(everything)}`)
    for (const [whose, reader] of [['a scope', scoped] as const, ['on mixed gateways', mixed] as const]) {
      const times = await measureFunctionRunTimes(db, few, (m) => ask(reader, m))
      printBenchLine(`    ${whose} ${formatRunTimeStatistics(times)}: ${ratio(times, everything)}`)
    }
  }
}

/**
 * Returns a reader that sees only one of the two neighbors of each gateway, because the circuit of another customer is
 * behind the other neighbor.
 */
async function onMixedGateways(db: Database, scoped: SqlExecutor, { sourceIds }: BenchTopology): Promise<SqlExecutor> {
  const visible = getReaderVisibility(scoped)
  if (!visible) throw new Error('a scoped reader sees what its scope sees')
  const at = (peer: string) => sourceIds.map((sourceId) => ({ sourceId, peer, company: 0 }))
  const parts = {
    ...visible.parts,
    sources: sourceIds,
    own: at(BENCH_GATEWAY_PEERS.own),
    others: at(BENCH_GATEWAY_PEERS.foreign),
  }
  const sight = { ...visible, parts }
  return createScopedReader(db.pool, sight, await readTableNames(db.pool))
}

function ratio(one: RunTimeStatistics, other: RunTimeStatistics): string {
  const cpu = one.cpu === null || other.cpu === null ? '' : `CPU ${(one.cpu / other.cpu).toFixed(2)} times, `
  return `${cpu}p50 ${(one.p50 / other.p50).toFixed(2)} times`
}
