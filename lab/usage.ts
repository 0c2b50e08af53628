/**
 * Measures the size of stored history and the speed of usage queries: `npm run bench usage [--polls=400]`.
 * - quiet polls: bytes that a poll without changes leaves behind, by kind;
 * - usage: the built-in estate's past is rolled up from its raw samples and queried;
 * - a year of the built-in estate: the size of its past, projected with the retention of each table.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { PollObservation, PollKind } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, readResourcePage, recordObservation, rollUpUsage, readUsage } from '#lib/history/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { DEMO_DAYS } from '#lib/platform/demo.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { startScratchServer } from '#lib/platform/testing/scratch-server.ts'

const { values } = parseArgs({
  options: { polls: { type: 'string', default: '400' } },
})
const polls = Number(values.polls)
const ROOT = path.resolve(import.meta.dirname, '..')

const print = (line: string) => process.stdout.write(`${line}\n`)
const fixed = (n: number, digits = 0) =>
  n.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits })
const megabytes = (bytes: number) => `${fixed(bytes / 1e6, 1)} MB`

async function main(): Promise<void> {
  const server = await startScratchServer(ROOT)
  try {
    for (const [name, part] of [
      ['quiet', quietPolls],
      ['estate', estatePast],
    ] as const) {
      const url = await databaseOn(server.url, name)
      const db = createDatabase(url, { max: 6, applicationName: 'peerwatch-bench' })
      try {
        await part(db)
      } finally {
        await db.close()
      }
    }
  } finally {
    await server.stop()
  }
}

async function databaseOn(serverUrl: string, name: string): Promise<string> {
  const admin = createDatabase(serverUrl, { max: 1, applicationName: 'peerwatch-bench' })
  await admin.pool.query(`CREATE DATABASE ${name}`)
  await admin.close()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await applyMigrations(url.href, { folder: path.join(ROOT, 'prisma/migrations') })
  return url.href
}

/** Returns the size of tables with their indexes, in bytes. Partitions count for their parent table. */
async function sizes(db: Database): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ name: string; bytes: string }>(
    `SELECT coalesce(p.relname, c.relname) AS name, sum(pg_total_relation_size(c.oid)) AS bytes
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
     WHERE n.nspname = 'public' AND c.relkind = 'r' GROUP BY 1`,
  )
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]))
}

const GROUP = '/subscriptions/5ca1ab1e-0000-4000-8000-000000000001/resourceGroups/bench/providers/Microsoft.Network'
const gateway = `${GROUP}/virtualNetworkGateways/gw`
const circuit = `${GROUP}/expressRouteCircuits/erc`
const PATH_SUBRESOURCE = 'AzurePrivatePeering/primary'

/** A poll of each kind with a typical size. `n` is the number of the poll; counters grow with it. */
const quiet: Partial<Record<PollKind, { resourceId: string; subresource: string; rows: (n: number) => unknown[] }>> = {
  peers: {
    resourceId: gateway,
    subresource: '',
    rows: (n) =>
      ['10.0.4.4', '10.0.4.5', '10.0.4.14', '10.0.4.15'].map((neighbor) => ({
        localAddress: '10.0.4.12',
        neighbor,
        asn: 12076,
        state: 'established',
        azureState: 'Connected',
        connectedDurationMs: 3_600_000 + n * MS_PER_MINUTE,
        routesReceived: 100,
        messagesSent: BigInt(1_000 + n),
        messagesReceived: BigInt(1_000 + n),
      })),
  },
  learned: { resourceId: gateway, subresource: '', rows: () => routes('10.0.4.12', 200) },
  tables: { resourceId: circuit, subresource: PATH_SUBRESOURCE, rows: () => routes(null, 200) },
  summary: {
    resourceId: circuit,
    subresource: PATH_SUBRESOURCE,
    rows: (n) => [
      {
        neighbor: '172.16.0.1',
        asn: 65001,
        state: 'established',
        azureState: '200',
        downReason: null,
        prefixesReceived: 200,
        upDown: { ms: 3_600_000 + n * MS_PER_MINUTE, unitMs: 1_000 },
      },
    ],
  },
  arp: {
    resourceId: circuit,
    subresource: PATH_SUBRESOURCE,
    rows: (n) => [
      { ageMinutes: n % 200, interface: 'On-Prem', ipAddress: '172.16.0.1', macAddress: '0011.2233.4455' },
      { ageMinutes: 0, interface: 'Microsoft', ipAddress: '172.16.0.2', macAddress: 'aabb.ccdd.eeff' },
    ],
  },
  stats: {
    resourceId: circuit,
    subresource: '',
    rows: (n) =>
      (['primary', 'secondary'] as const).map((name) => ({
        path: name,
        bytesIn: 10n ** 14n + BigInt(n) * 1_234_567_891n,
        bytesOut: 10n ** 13n + BigInt(n) * 987_654_321n,
      })),
  },
}

function routes(instance: string | null, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    instance,
    prefix: `10.${100 + Math.floor(i / 256)}.${i % 256}.0/24`,
    nextHop: '10.0.4.4',
    peer: '10.0.4.4',
    origin: 'EBgp',
    asPath: [12076, 65001],
    weight: 32769,
    localPref: null,
  }))
}

async function quietPolls(db: Database): Promise<void> {
  print(`quiet polls: what ${polls} polls a minute apart leave, of tables of 200 prefixes and 4 sessions`)
  const start = Date.now() - polls * MS_PER_MINUTE
  for (const [kind, { resourceId, subresource, rows }] of Object.entries(quiet)) {
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId, subresource })
    const poll = (n: number) => {
      const startedAt = start + n * MS_PER_MINUTE
      const observation = {
        target: { resourceId, subresource },
        kind,
        startedAt,
        finishedAt: startedAt + 800,
        outcome: 'ok',
        error: null,
        silentInstances: [],
        budget: null,
        correlationId: 'bench',
        rows: rows(n),
      } as unknown as PollObservation
      return db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 60 }))
    }
    // rows that are rewritten in place need some free space once, so the first polls are not measured
    const warmUp = 50
    for (let n = 0; n < warmUp; n++) await poll(n)
    const before = await sizes(db)
    const [begun, rowsBefore] = [performance.now(), await counterRows(db)]
    for (let n = warmUp; n < polls; n++) await poll(n)
    const ms = (performance.now() - begun) / (polls - warmUp)
    const after = await sizes(db)
    const grown = [...after].map(([name, bytes]) => [name, bytes - (before.get(name) ?? 0)] as const)
    const sum = grown.reduce((total, [, bytes]) => total + bytes, 0)
    const by = grown.filter(([, bytes]) => bytes > 0).map(([name, bytes]) => `${name} ${fixed(bytes)}`)
    const raw = (await counterRows(db)) - rowsBefore
    print(
      `  ${kind.padEnd(8)} ${fixed(sum / (polls - warmUp), 1).padStart(7)} bytes a poll, ${fixed(ms, 2)} ms${raw > 0 ? `, ${raw} raw samples` : ''}${by.length > 0 ? `   (${by.join(', ')})` : ''}`,
    )
  }
}

async function counterRows(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM counter_sample')
  return rows[0]?.n ?? 0
}

async function estatePast(db: Database): Promise<void> {
  const made = performance.now()
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'lab/demo-history.ts')], {
    env: { NODE_ENV: 'production', PATH: process.env.PATH, DATABASE_URL: db.url, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error("the demo's past could not be made")
  print(`\nthe built-in estate: ${DEMO_DAYS} days made in ${fixed((performance.now() - made) / 1_000, 1)} s`)

  // usage is derived data, so it can be computed again from the raw samples
  await db.pool.query('TRUNCATE usage_series, usage_bucket, usage_gap')
  const begun = performance.now()
  const { samples } = await rollUpUsage(db)
  const seconds = (performance.now() - begun) / 1_000
  print(
    `usage: ${fixed(samples)} raw samples rolled up in ${fixed(seconds, 1)} s, ${fixed(samples / seconds)} a second`,
  )
  await db.pool.query('VACUUM ANALYZE')
  await reads(db, Date.now())
  await year(db)
}

async function reads(db: Database, now: number): Promise<void> {
  const [one] = await readResourcePage(db.pool, { types: ['microsoft.network/expressroutecircuits'] })
  if (!one) return
  for (const [step, length] of [
    ['5m', MS_PER_DAY],
    ['hour', 7 * MS_PER_DAY],
    ['day', 35 * MS_PER_DAY],
    ['month', 366 * MS_PER_DAY],
  ] as const) {
    const times: number[] = []
    for (let i = 0; i < 40; i++) {
      const begun = performance.now()
      await readUsage(db.pool, { scope: one.id, from: now - length, to: now, step })
      times.push(performance.now() - begun)
    }
    times.sort((a, b) => a - b)
    print(
      `  by ${step.padEnd(5)} over ${fixed(length / MS_PER_DAY).padStart(3)} days: median ${fixed(times[20] ?? 0, 1)} ms, p95 ${fixed(times[38] ?? 0, 1)} ms`,
    )
  }
}

/** Number of days for which the default retention keeps the rows of a table, for tables that keep less than a year. */
const kept: Record<string, number> = { counter_sample: 14, metric_sample: 14 }
/** Tables whose size depends on the number of resources, and does not grow with time. */
const STILL = new Set([
  'resource',
  'source',
  'poll_schedule',
  'poll_state',
  'deployment',
  'counter',
  'usage_series',
  'session',
  'route',
  'route_attributes',
  'arp_entry',
  'connection_state',
  'metric_series',
  'detection_state',
])

async function year(db: Database): Promise<void> {
  const found = await sizes(db)
  const total = [...found.values()].reduce((sum, bytes) => sum + bytes, 0)
  print(`\nafter ${DEMO_DAYS} days: ${megabytes(total)}`)
  const { rows } = await db.pool.query<{ step: number; n: number; series: number }>(
    'SELECT step, count(*)::int AS n, count(DISTINCT series_id)::int AS series FROM usage_bucket GROUP BY step ORDER BY step',
  )
  const buckets = rows.reduce((sum, { n }) => sum + n, 0)
  const bytesEach = (found.get('usage_bucket') ?? 0) / Math.max(1, buckets)
  const series = Math.max(...rows.map((row) => row.series))
  let sum = 0
  for (const [name, bytes] of [...found].toSorted((a, b) => b[1] - a[1])) {
    const after = name === 'usage_bucket' ? bytesEach * series * (100 * 288 + 365 * 25 + 12) : carriedOn(name, bytes)
    sum += after
    if (bytes > 200_000)
      print(`  ${name.padEnd(18)} ${megabytes(bytes).padStart(10)} now, ${megabytes(after).padStart(10)} after a year`)
  }
  // in production, more data is stored than in the generated history: bit rates and availability for each minute, and
  // metrics of gateways every 5 minutes
  const circuits = await readResourcePage(db.pool, { types: ['microsoft.network/expressroutecircuits'] })
  const gateways = await readResourcePage(db.pool, { types: ['microsoft.network/virtualnetworkgateways'] })
  const bytesOfSample = 100
  const metrics = (circuits.length * 8 * 1_440 + gateways.length * 20 * 288) * 14 * bytesOfSample
  const fromMetrics = bytesEach * circuits.length * 2 * (100 * 288 + 365 * 25 + 12)
  print(
    `  metric samples of ${circuits.length} circuits and ${gateways.length} gateways for 14 days, reckoned: ${megabytes(metrics)}`,
  )
  print(`  usage from metrics, reckoned: ${megabytes(fromMetrics)} (${fixed(bytesEach)} bytes a bucket with its index)`)
  print(`a year of the built-in estate: ${megabytes(sum + metrics + fromMetrics)}`)
}

function carriedOn(name: string, bytes: number): number {
  if (STILL.has(name)) return bytes
  const keptDays = kept[name] ?? 365
  return (bytes / DEMO_DAYS) * keptDays
}

await main()
