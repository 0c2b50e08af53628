import { beforeAll, expect, it } from 'vitest'
import type { BilledMeterCost, PollObservation } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, recordObservation, rollUpUsage } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { createTestBitRateRows } from '#lib/questions/testing/traffic-feed.ts'
import { saveBill } from '../store/index.ts'
import { inferGbSizeFromBills } from './infer-gb-size.ts'

const db = withTestDatabase()
const NOVEMBER = Date.UTC(2026, 10, 1)
const NOW = NOVEMBER + 4 * MS_PER_DAY + MS_PER_DAY / 2
const CIRCUITS = [TEST_ESTATE_CIRCUIT_ARM_ID, `${TEST_ESTATE_CIRCUIT_ARM_ID}-2`]

beforeAll(async () => {
  const listed = createInventoryRows()
  const [first] = listed
  if (!first) throw new Error('there is no circuit')
  await createTestEstatePollRecorder(db).inventory(NOVEMBER - MS_PER_DAY, [
    ...listed,
    { ...first, resourceId: `${TEST_ESTATE_CIRCUIT_ARM_ID}-2`, name: 'ckt-2' },
  ])
  for (const resourceId of CIRCUITS) {
    const target = { resourceId, subresource: '' }
    const observation: PollObservation = {
      target,
      kind: 'metrics',
      startedAt: NOW + 181_000,
      finishedAt: NOW + 182_000,
      outcome: 'ok',
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: 'test',
      // 8 Mbit/s on each path are 172.8 GB a day
      rows: createTestBitRateRows({ from: NOVEMBER - MS_PER_DAY, to: NOW, bitsPerSecond: () => 8_000_000 }),
    }
    const sourceId = await getOrCreateSourceId(db.pool, target)
    await db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 300 }))
  }
  await rollUpUsage(db)
}, 60_000)

/** Stores a bill of both circuits for the first days of November. */
async function bill(days: number) {
  const rows = Array.from({ length: days }, (_, n) => `2026-11-0${n + 1}`).flatMap((day) =>
    CIRCUITS.map(
      (resourceId): BilledMeterCost => ({
        day,
        resourceId,
        meter: 'Metered Data - Data Transfer Out',
        quantity: '172.8',
        cost: '4.32',
        currency: 'USD',
      }),
    ),
  )
  const subscriptionId = TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/').at(-1) ?? ''
  const read = { subscriptionId, from: NOVEMBER, to: NOW, readAt: NOW - 1_000, rows, unread: null }
  await db.transaction((client) => saveBill(client, read))
}

it('infers the size of a GB from three days, however many circuits were billed on fewer days', async () => {
  await bill(2)
  expect(await inferGbSizeFromBills(db.pool, NOW)).toBeNull()
  await bill(3)
  expect(await inferGbSizeFromBills(db.pool, NOW)).toEqual({ bytes: 1_000_000_000, calibrated: true })
})
