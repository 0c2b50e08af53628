import { beforeEach, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, recordBackfill } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOverview } from '#lib/overview/answers/index.ts'
import { createTestEstatePollRecorder, testEstatePollTargets } from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates, createTestBitRateRows } from '#lib/questions/testing/traffic-feed.ts'
import { getCostProjections, getCostWeekly } from './queued-answers.ts'
import { refreshCostTraffic } from './circuits/refresh-traffic.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
const bitsPerSecond = () => 8_000_000

const project = async (now: number) =>
  allApiEndpoints.costProjections.response.parse(await getCostProjections(db, {}, now)).data

/** Records [from, reachedAt) as the next part of the history that Azure Monitor returned. */
async function fillPast(reachedAt: number, from: number): Promise<void> {
  const sourceId = await getOrCreateSourceId(db.pool, testEstatePollTargets.metrics)
  await db.pool.query(`INSERT INTO metric_backfill VALUES ($1, $2, $2, $3, $2) ON CONFLICT DO NOTHING`, [
    sourceId,
    new Date(reachedAt),
    new Date(reachedAt - 93 * MS_PER_DAY),
  ])
  const rows = createTestBitRateRows({ from, to: reachedAt, bitsPerSecond })
  await db.transaction(async (client) => {
    const {
      rows: [row],
    } = await client.query('SELECT * FROM metric_backfill')
    const backfill = {
      sourceId,
      target: testEstatePollTargets.metrics,
      reachedAt: row.reached_at.getTime(),
      goalAt: row.goal_at.getTime(),
    }
    expect(await recordBackfill(client, backfill, from, rows)).toBe(true)
  })
}

beforeEach(() =>
  db.pool.query('TRUNCATE resource, source, usage_bucket, usage_gap, metric_backfill, cost_traffic CASCADE'),
)

describe('the first hour', () => {
  it('projections that were asked for before the first discovery do not hide its circuits', async () => {
    expect((await project(NOW)).circuits).toEqual([])
    await createTestEstatePollRecorder(db).inventory(NOW + 1_000)
    expect((await project(NOW + 5_000)).circuits).toHaveLength(1)
  })

  it('each piece of the past that is read counts at once', async () => {
    await createTestEstatePollRecorder(db).inventory(NOW - MS_PER_HOUR)
    await recordTestCircuitBitRates(db, { from: NOW - MS_PER_HOUR, to: NOW, bitsPerSecond })
    const [before] = (await project(NOW)).circuits
    expect(before?.recommendation.reason).toContain('Less than')
    await fillPast(NOW - MS_PER_HOUR, NOW - 10 * MS_PER_DAY)
    const known = await project(NOW + 1_000)
    expect(known.madeAt).toBe(new Date(NOW + 1_000).toISOString())
    expect(BigInt(known.circuits[0]?.billedBytesToDate ?? 0)).toBe(10n * 86_400n * 2_000_000n)
  })

  it('a hole that is filled counts as well, although usage begins when it did', async () => {
    await createTestEstatePollRecorder(db).inventory(NOW - MS_PER_HOUR)
    await recordTestCircuitBitRates(db, { from: NOW - 15 * MS_PER_DAY, to: NOW - 14 * MS_PER_DAY, bitsPerSecond })
    await refreshCostTraffic(db.pool, NOW, new AbortController().signal)
    const overviewCost = async (now: number) =>
      allApiEndpoints.overview.response.parse(await getOverview(db, { mayReadCost: true }, now)).data.cost
    expect(await overviewCost(NOW)).toMatchObject({ asOf: new Date(NOW).toISOString() })
    await fillPast(NOW, NOW - 10 * MS_PER_DAY)
    const bytes = (await project(NOW + 1_000)).circuits[0]?.billedBytesToDate
    expect(BigInt(bytes ?? 0)).toBe(11n * 86_400n * 2_000_000n)
    expect(await overviewCost(NOW + 2_000)).toMatchObject({ asOf: new Date(NOW + 1_000).toISOString() })
  })

  it('a review of the week compares with what is known now', async () => {
    await createTestEstatePollRecorder(db).inventory(NOW - 20 * MS_PER_DAY)
    const week = async (now: number) =>
      (await getCostWeekly(db, {}, now)).data.projections.circuits[0]?.billedBytesToDate
    expect(await week(NOW)).toBe('0')
    await fillPast(NOW, NOW - 10 * MS_PER_DAY)
    expect(await week(NOW + 1_000)).toBe(String(10n * 86_400n * 2_000_000n))
  })
})
