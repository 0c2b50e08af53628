import { beforeAll, expect, it } from 'vitest'
import type { BilledMeterCost, Observation } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { ensureSource, recordObservation, rollUpUsage } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { CIRCUIT, estateFeed, resources, SUBSCRIPTION } from '#lib/questions/testing/estate-feed.ts'
import { rateRows } from '#lib/questions/testing/traffic-feed.ts'
import { saveBill } from '../store/index.ts'
import { inferGbSizeFromBills } from './infer-gb-size.ts'

const db = withTestDatabase()
const NOVEMBER = Date.UTC(2026, 10, 1)
const NOW = NOVEMBER + 4 * DAY + DAY / 2
const CIRCUITS = [CIRCUIT, `${CIRCUIT}-2`]

beforeAll(async () => {
  const listed = resources()
  const [first] = listed
  if (!first) throw new Error('there is no circuit')
  await estateFeed(db).inventory(NOVEMBER - DAY, [...listed, { ...first, resourceId: `${CIRCUIT}-2`, name: 'ckt-2' }])
  for (const resourceId of CIRCUITS) {
    const target = { resourceId, subresource: '' }
    const observation: Observation = {
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
      rows: rateRows({ from: NOVEMBER - DAY, to: NOW, bitsPerSecond: () => 8_000_000 }),
    }
    const sourceId = await ensureSource(db.pool, target)
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
  const subscriptionId = SUBSCRIPTION.split('/').at(-1) ?? ''
  const read = { subscriptionId, from: NOVEMBER, to: NOW, readAt: NOW - 1_000, rows, unread: null }
  await db.transaction((client) => saveBill(client, read))
}

it('infers the size of a GB from three days, however many circuits were billed on fewer days', async () => {
  await bill(2)
  expect(await inferGbSizeFromBills(db.pool, NOW)).toBeNull()
  await bill(3)
  expect(await inferGbSizeFromBills(db.pool, NOW)).toEqual({ bytes: 1_000_000_000, calibrated: true })
})
