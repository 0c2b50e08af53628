/**
 * Measures the duration of a cost review of many circuits: `npm run bench cost [--circuits=200] [--days=150]`.
 * Starts Postgres like `npm start`, and fills it with hourly usage of both paths of all circuits and with a published
 * week. Each figure is measured with empty caches.
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type CostBudget, costBudgetsBodySchema } from '#lib/cost/api/index.ts'
import {
  publishDueCostReview,
  getCostBudgets,
  getCostProjections,
  getCostTco,
  getCostWeekly,
  putCostBudgets,
  refreshCostTraffic,
} from '#lib/cost/answers/index.ts'
import { getOverview } from '#lib/overview/answers/index.ts'
import { replaceDatabaseForTests as answerFrom } from '#lib/questions/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { getOrCreateSourceId, recordObservation } from '#lib/history/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { startScratchServer } from '#lib/platform/testing/scratch-server.ts'

const { values } = parseArgs({
  options: { circuits: { type: 'string', default: '200' }, days: { type: 'string', default: '150' } },
})
const [circuits, days] = [Number(values.circuits), Number(values.days)]
const ROOT = path.resolve(import.meta.dirname, '..')
const [HOUR, DAY] = [3_600_000, 86_400_000]
/** Time of the measurements, a Friday. */
const NOW = Date.UTC(2026, 10, 20, 12, 20)
const SUBSCRIPTION = '5ca1ab1e-0000-4000-8000-000000000001'
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/bench/providers/Microsoft.Network`

const print = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const server = await startScratchServer(ROOT)
  try {
    const admin = createDatabase(server.url, { max: 1, applicationName: 'peerwatch-bench' })
    await admin.pool.query('CREATE DATABASE cost')
    await admin.close()
    const url = new URL(server.url)
    url.pathname = '/cost'
    await applyMigrations(url.href, { folder: path.join(ROOT, 'prisma/migrations') })
    await measure(() => createDatabase(url.href, { max: 6, applicationName: 'peerwatch-bench' }))
  } finally {
    await server.stop()
  }
}

async function measure(open: () => Database): Promise<void> {
  const onFreshDatabase = async (work: (db: Database) => Promise<unknown>) => {
    const db = open()
    await db.pool.query('SELECT 1')
    // in the product, expensive queries use separate connections of the web process; here they use this database
    answerFrom(db)
    try {
      await work(db)
    } finally {
      answerFrom(undefined)
      await db.close()
    }
  }
  await onFreshDatabase(fill)
  print(`${circuits} circuits, ${days} days of hours of both paths`)
  await onFreshDatabase((db) => timed('budgets, none set, no traffic stored', () => askBudgets(db)))
  await onFreshDatabase(async (db) => {
    const circuitIds = [0, 1, 2].map((i) => circuit(i).resourceId)
    await putCostBudgets(db, budgetOf('three', { kind: 'circuits', circuitIds }), NOW)
    await db.pool.query('DELETE FROM cost_traffic')
  })
  await onFreshDatabase((db) => timed('budgets, three circuits, no traffic stored', () => askBudgets(db)))
  await onFreshDatabase(async (db) => {
    await timed('worked out again', () => refreshCostTraffic(db.pool, NOW, new AbortController().signal))
  })
  await onFreshDatabase((db) => timed('a week closed', () => publishDueCostReview(db, NOW)))
  for (const [name, ask] of Object.entries(questions)) {
    await onFreshDatabase(async (db) => {
      await timed(`${name}, first answer`, () => ask(db))
      await timed(`${name}, next answer`, () => ask(db))
    })
  }
}

const askBudgets = (db: Database) => getCostBudgets(db, NOW + HOUR / 2)
const budgetOf = (name: string, of: CostBudget['for']) =>
  costBudgetsBodySchema.parse({
    version: 0,
    set: [{ name, owner: 'bench', for: of, amount: '500', currency: 'USD' }],
    why: 'measured',
  })

const questions: Record<string, (db: Database) => Promise<unknown>> = {
  projections: (db) => getCostProjections(db, {}, NOW + HOUR / 2),
  'the open review': (db) => getCostWeekly(db, {}, NOW + HOUR / 2),
  'the open review of the page': (db) => getCostWeekly(db, { detail: 'brief' }, NOW + HOUR / 2),
  budgets: askBudgets,
  'the overview': (db) => getOverview(db, { mayReadCost: true }, NOW + HOUR / 2),
  'the whole cost': (db) => getCostTco(db, { months: 1 }, NOW + HOUR / 2),
}

/** Prints the elapsed time, the CPU time and the size of the result of some work. */
async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const [begin, cpu] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  print(
    `${name}: ${Math.round(performance.now() - begin)} ms, ${Math.round((user + system) / 1_000)} ms of this process, ${Math.round((JSON.stringify(result)?.length ?? 0) / 1_000)} kB`,
  )
}

/**
 * Inserts circuits with hourly usage that follows a daily and a weekly cycle, at a different level for each circuit.
 */
async function fill(db: Database): Promise<void> {
  const target = { resourceId: `/subscriptions/${SUBSCRIPTION}`, subresource: '' }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const from = NOW - days * DAY
  const observation = {
    target,
    kind: 'inventory' as const,
    startedAt: from,
    finishedAt: from + 1_000,
    outcome: 'ok' as const,
    error: null,
    silentInstances: [],
    budget: null,
    correlationId: 'bench',
    rows: {
      resources: Array.from({ length: circuits }, (_, i) => circuit(i)),
      listedTypes: ['microsoft.network/expressroutecircuits'],
      failedTypes: [],
    },
  }
  await db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 600 }))
  for (let i = 0; i < circuits; i++) {
    await getOrCreateSourceId(db.pool, { resourceId: `${GROUP}/expressRouteCircuits/erc-${i}`, subresource: '' })
  }
  await db.pool.query(
    `INSERT INTO usage_series (source_id, path, basis)
     SELECT so.id, p.path, 'metric' FROM source so JOIN resource r ON r.id = so.resource_id
     CROSS JOIN (VALUES ('primary'), ('secondary')) AS p (path)
     WHERE so.subresource = '' AND r.type LIKE '%expressroutecircuits'`,
  )
  await db.pool.query(
    `INSERT INTO usage_bucket (source_id, series_id, starts_at, in_covered_ms, out_covered_ms, step, bytes_in, bytes_out)
     SELECT u.source_id, u.id, h.at, 3600000, 3600000, 2, b.bytes, b.bytes
     FROM usage_series u
     CROSS JOIN generate_series($1::timestamptz, $2::timestamptz, interval '1 hour') AS h (at)
     CROSS JOIN LATERAL (SELECT round((1 + u.id % 7) * 5e9
       * (1 + 0.6 * sin(extract(epoch FROM h.at) / 86400 * 2 * pi()) + 0.2 * sin(extract(epoch FROM h.at) / 604800 * 2 * pi())
          + 0.1 * ((hashtext(u.id || h.at::text) % 1000) / 1000.0)))) AS b (bytes)`,
    [new Date(Math.ceil(from / HOUR) * HOUR), new Date(Math.floor(NOW / HOUR) * HOUR - HOUR)],
  )
  await db.pool.query('ANALYZE')
}

function circuit(i: number): ResourceRow {
  const properties = {
    circuitProvisioningState: 'Enabled',
    serviceProviderProvisioningState: 'Provisioned',
    serviceProviderProperties: {
      serviceProviderName: 'Provider',
      peeringLocation: ['London', 'Singapore', 'Sao Paulo'][i % 3],
      bandwidthInMbps: [200, 500, 1_000, 2_000][i % 4],
    },
    peerings: [],
  }
  const family = i % 5 === 0 ? 'UnlimitedData' : 'MeteredData'
  return {
    resourceId: `${GROUP}/expressRouteCircuits/erc-${i}`,
    subscriptionId: SUBSCRIPTION,
    resourceGroup: 'bench',
    location: 'westeurope',
    type: 'microsoft.network/expressroutecircuits',
    name: `erc-${i}`,
    config: { sku: { name: `Standard_${family}`, tier: 'Standard', family }, properties },
  }
}

await main()
