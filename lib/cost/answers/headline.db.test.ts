import { beforeAll, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readCostCheckMemory, saveCostCheckMemory } from '../store/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createInventoryRows, createTestEstatePollRecorder } from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { refreshCostTraffic } from './circuits/refresh-traffic.ts'
import { evaluateCostFindings } from './evaluate-findings.ts'
import { readCostHeadline } from './headline.ts'

const db = withTestDatabase()
/** A Friday. */
const NOW = Date.UTC(2026, 10, 20, 12)
const FROM = NOW - 28 * MS_PER_DAY

beforeAll(async () => {
  await createTestEstatePollRecorder(db).inventory(FROM, createInventoryRows())
  await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 8_000_000 })
  await refreshCostTraffic(db.pool, NOW, new AbortController().signal)
}, 60_000)

it('the summary of the overview is the one that the hourly check stored, until its inputs change', async () => {
  const computed = await readCostHeadline(db.pool, NOW)
  expect(computed).toMatchObject({ month: '2026-11', missing: 0 })
  await evaluateCostFindings(db, NOW)
  expect(await readCostHeadline(db.pool, NOW)).toEqual(computed)
  // a mark shows whether the stored summary is used
  const memory = (await readCostCheckMemory<{ headline: { body: object } }>(db.pool)) ?? { headline: { body: {} } }
  const { headline } = memory
  const marked = { ...headline, body: { ...headline.body, missing: 7 } }
  const missingAt = async (now: number, stored: object) => {
    await saveCostCheckMemory(db.pool, { ...memory, headline: stored })
    return (await readCostHeadline(db.pool, now))?.missing
  }
  expect(await missingAt(NOW, marked)).toBe(7)
  expect(await missingAt(NOW + MS_PER_HOUR, marked)).toBe(7)
  expect(await missingAt(NOW + 2 * MS_PER_HOUR, marked)).toBe(0)
  expect(await missingAt(NOW - 1, marked)).toBe(0)
  expect(await missingAt(NOW, { ...marked, madeFrom: 'other prices' })).toBe(0)
  const slower = { serviceProviderName: 'ProvA', peeringLocation: 'London', bandwidthInMbps: 500 }
  await createTestEstatePollRecorder(db).inventory(NOW, createInventoryRows({ serviceProviderProperties: slower }))
  expect(await missingAt(NOW, marked)).toBe(0)
})
