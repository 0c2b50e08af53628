import { beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_DAY } from '#lib/contract/time/time.ts'
import { attachPrismaToClient } from '#lib/platform/prisma/with-prisma.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOverview } from '#lib/overview/answers/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { getCostProjections } from '../queued-answers.ts'
import { refreshCostTraffic } from './refresh-traffic.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
const FROM = NOW - 28 * MS_PER_DAY

beforeAll(async () => {
  await createTestEstatePollRecorder(db).inventory(FROM)
  await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 8_000_000 })
}, 60_000)

describe('projections', () => {
  it('are kept, so that the next one needs no forecast, and the overview can show cost', async () => {
    await db.pool.query('DELETE FROM cost_traffic')
    expect((await getOverview(db, { mayReadCost: true }, NOW)).data.cost).toBeNull()
    const work = new AbortController().signal
    expect(await refreshCostTraffic(db.pool, NOW, work)).toEqual({ circuits: 1, made: 1 })
    expect(await refreshCostTraffic(db.pool, NOW + 60_000, work)).toEqual({ circuits: 1, made: 0 })
    const later = NOW + 3_600_000
    await createTestEstatePollRecorder(db).inventory(NOW)
    const { data } = allApiEndpoints.costProjections.response.parse(await getCostProjections(db, {}, later))
    expect(data.madeAt).toBe(new Date(NOW).toISOString())
    expect({ ...data.circuits[0], costToDate: null, priceSheet: null }).toEqual({
      ...(await getCostProjections(db, {}, NOW)).data.circuits[0],
      costToDate: null,
      priceSheet: null,
    })
    const overview = allApiEndpoints.overview.response.parse(await getOverview(db, { mayReadCost: true }, later)).data
      .cost
    expect(overview).toMatchObject({ month: '2026-11', totals: data.totals })
    expect((await getOverview(db, { mayReadCost: false }, later)).data.cost).toBeNull()
  })

  it('are computed again when more of the past becomes known', async () => {
    const work = new AbortController().signal
    await refreshCostTraffic(db.pool, NOW, work)
    const { rowCount } = await db.pool.query(
      `INSERT INTO usage_bucket
       SELECT source_id, series_id, starts_at - interval '40 days', in_covered_ms, out_covered_ms, step, in_at_least, out_at_least,
              bytes_in, bytes_out
       FROM usage_bucket WHERE step = 2 ORDER BY starts_at LIMIT 1`,
    )
    expect(rowCount).toBe(1)
    expect(await refreshCostTraffic(db.pool, NOW + 1_000, work)).toEqual({ circuits: 1, made: 1 })
    await db.pool.query('DELETE FROM usage_bucket WHERE step = 2 AND starts_at < $1', [new Date(FROM - MS_PER_DAY)])
    await db.pool.query('DELETE FROM cost_traffic')
  })

  it('are answered by a database that takes no writes', async () => {
    const client = await db.pool.connect()
    attachPrismaToClient(client, db.pool)
    try {
      await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
      expect((await getCostProjections(client, {}, NOW)).data.circuits).toHaveLength(1)
      expect((await client.query('SELECT FROM cost_traffic')).rowCount).toBe(0)
    } finally {
      client.release(true)
    }
  })

  it('are computed again when what is kept is too old', async () => {
    const later = NOW + 3 * 3_600_000
    expect((await getCostProjections(db, {}, later)).data.madeAt).toBe(new Date(later).toISOString())
    await db.pool.query('DELETE FROM cost_traffic')
  })
})

describe('what the overview says of cost', () => {
  const costOn = async (now: number) =>
    allApiEndpoints.overview.response.parse(await getOverview(db, { mayReadCost: true }, now)).data.cost

  it('is the last that was worked out, with its moment, however long ago that is', async () => {
    await refreshCostTraffic(db.pool, NOW, new AbortController().signal)
    const fresh = await costOn(NOW)
    expect(fresh).toMatchObject({ month: '2026-11', asOf: new Date(NOW).toISOString(), missing: 0 })
    const nextDay = await costOn(NOW + 26 * MS_PER_HOUR)
    expect(nextDay).toMatchObject({ month: '2026-11', asOf: new Date(NOW).toISOString(), totals: fresh?.totals })
  })

  it('is that of the month before until the new one is worked out', async () => {
    const last = Date.UTC(2026, 10, 30, 23, 7)
    const work = new AbortController().signal
    await refreshCostTraffic(db.pool, last, work)
    const before = await costOn(last)
    const midnight = Date.UTC(2026, 11, 1)
    expect(await costOn(midnight + 60_000)).toEqual(before)
    await refreshCostTraffic(db.pool, midnight + 7 * 60_000, work)
    expect(await costOn(midnight + 8 * 60_000)).toMatchObject({ month: '2026-12', missing: 0 })
  })

  it('counts the circuits that are not in it yet', async () => {
    await db.pool.query('DELETE FROM cost_traffic')
    await refreshCostTraffic(db.pool, NOW, new AbortController().signal)
    const second = {
      ...createInventoryRows()[0],
      resourceId: `${TEST_ESTATE_CIRCUIT_ARM_ID}-2`,
      name: 'erc-second',
    } as ResourceRow
    await createTestEstatePollRecorder(db).inventory(NOW + 60_000, [...createInventoryRows(), second])
    expect(await costOn(NOW + 2 * 60_000)).toMatchObject({ asOf: new Date(NOW).toISOString(), missing: 1 })
  })
})
