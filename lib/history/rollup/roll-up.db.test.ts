import { beforeEach, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createTestPollSource, routeRow } from '../testing/feed.ts'
import { readCounterSamplesAfter } from './counter-samples.ts'
import { rollUpChurn } from './roll-up-churn.ts'
import { rollUpUsage } from './roll-up.ts'
import { recordRates } from './roll-up-metrics.ts'

const db = withTestDatabase()
const NINE = Date.UTC(2026, 10, 20, 9)
const CIRCUIT = { type: 'expressRouteCircuits' }
const at = <Rows>(seconds: number, rows: Rows) => ({
  startedAt: NINE + seconds * 1_000,
  finishedAt: NINE + seconds * 1_000 + 2,
  rows,
})
const stats = (bytes: bigint) => [
  { path: 'primary', bytesIn: bytes, bytesOut: null },
  { path: 'secondary', bytesIn: null, bytesOut: bytes },
]
const rate = (average: number | null, metric = 'BitsOutPerSecond') => ({
  metric,
  dimensions: { peeringtype: 'AzurePrivatePeering', devicerole: 'Primary' },
  at: NINE,
  grainSeconds: 60,
  average,
})

beforeEach(() => db.pool.query('TRUNCATE resource, source, usage_series CASCADE'))

const seriesOf = async () =>
  (await db.pool.query(`SELECT basis || ' ' || path AS name FROM usage_series ORDER BY 1`)).rows.map(({ name }) => name)

it('usage is brought up to counters and rates, once, unless it is to end', async () => {
  const feed = await createTestPollSource(db, CIRCUIT)
  for (const n of [0, 1]) await feed.record('stats', at(n * 60, stats(BigInt(n))))
  const row = { ...rate(8), unit: 'BitsPerSecond', maximum: null, minimum: null, total: null }
  await feed.record('metrics', at(3_600, [row]))
  expect(await rollUpUsage(db, AbortSignal.abort())).toEqual({ samples: 0, metricSources: 0 })
  expect(await seriesOf()).toEqual([])
  expect(await rollUpUsage(db)).toEqual({ samples: 4, metricSources: 1 })
  expect(await seriesOf()).toEqual(['counter primary', 'counter secondary', 'metric primary'])
  expect(await rollUpUsage(db)).toEqual({ samples: 0, metricSources: 0 })
})

it('a gap lies before the sample that begins coverage too late, not before one after another outcome', async () => {
  const feed = await createTestPollSource(db, CIRCUIT)
  for (const [n, seconds] of [0, 60, 100, 700].entries()) {
    if (seconds === 100) await feed.record('stats', { ...at(80, []), outcome: 'timeout' })
    await feed.record('stats', at(seconds, stats(BigInt(n))))
  }
  const place = (path: string, through: number | null) => ({ sourceId: feed.sourceId, path, through })
  const read = async (places: ReturnType<typeof place>[]) =>
    (await readCounterSamplesAfter(db.pool, places)).map((samples) =>
      samples.map((one) => [(one.startedAt - NINE) / 1_000, one.bytesIn, one.bytesOut, one.afterGap].join(' ')),
    )
  expect(await read([place('secondary', NINE + 60_000), place('none', null), place('primary', null)])).toEqual([
    ['100  2 false', '700  3 true'],
    [],
    ['0 0  false', '60 1  false', '100 2  false', '700 3  true'],
  ])
})

it('a rate that is none is not taken for nothing', async () => {
  const { sourceId } = await createTestPollSource(db, CIRCUIT)
  const record = (...rows: ReturnType<typeof rate>[]) => db.transaction((client) => recordRates(client, sourceId, rows))
  await record(rate(null), rate(-8), rate(Number.NaN), rate(8, 'ArpAvailability'))
  expect(await seriesOf()).toEqual([])
  await record(rate(0))
  expect(await seriesOf()).toEqual(['metric primary'])
})

it('churn of a table is kept by poll, unless it is to end', async () => {
  const feed = await createTestPollSource(db)
  const [a, b] = [routeRow('10.1.0.0/16'), routeRow('10.2.0.0/16')]
  for (const [n, rows] of [[a], [a, b], [{ ...a, weight: 1 }], [a]].entries())
    await feed.record('learned', at(n * 60, rows))
  expect(await rollUpChurn(db, { signal: AbortSignal.abort() })).toBe(0)
  expect(await rollUpChurn(db, { pieceMs: 60_000 })).toBe(4)
  expect(await rollUpChurn(db)).toBe(0)
  const { rows } = await db.pool.query(
    `SELECT concat_ws(' ', kind, extract(epoch FROM at)::int - $2, first_seen, cardinality(announced), cardinality(withdrawn),
                      cardinality(changed)) AS churn FROM route_churn WHERE source_id = $1 ORDER BY at`,
    [feed.sourceId, NINE / 1_000],
  )
  expect(rows.map(({ churn }) => churn)).toEqual([
    'learned 0 1 0 0 0',
    'learned 60 0 1 0 0',
    'learned 120 0 0 1 1',
    'learned 180 0 0 0 1',
  ])
})
