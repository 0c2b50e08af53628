import { beforeAll, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, upsertEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getCircuitHistory, sumPathRates } from './circuit-history.ts'
import {
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
} from '#lib/questions/testing/estate-feed.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'

const db = withTestDatabase()
const midnight = Date.UTC(2026, 10, 3)
/** Time of the query. Polls ran from one hour before midnight until one hour after it. */
const now = midnight + 60 * MS_PER_MINUTE
const at = (minutes: number): TimestampBounds => ({
  earliest: midnight + minutes * MS_PER_MINUTE - 10_000,
  latest: midnight + minutes * MS_PER_MINUTE + 10_000,
})
const rateOf = (moment: number) => (moment < midnight ? 4_000_000 : 6_000_000)

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(midnight - 61 * MS_PER_MINUTE)
  for (let minute = -60; minute <= 60; minute += 2)
    for (const path of ['primary', 'secondary'] as const)
      await feed.summary(midnight + minute * MS_PER_MINUTE, path, [createCustomerNeighbor(path), azureSide()])
  const source = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' })
  await upsertEvents(db.pool, source, [
    storedOutage('a', 'circuit_down', at(-2), at(3)),
    storedOutage('b', 'path_down', at(-2), at(8)),
  ])
  await recordTestCircuitBitRates(db, { from: midnight - 60 * MS_PER_MINUTE, to: now, bitsPerSecond: rateOf })
})

it('an outage over midnight is divided between its days, a path’s beside the circuit’s', async () => {
  const { data } = await getCircuitHistory(db, { days: 3 }, now)
  const [first, yesterday, today, ...more] = data[0]?.days ?? []
  expect(more).toEqual([])
  expect(first).toMatchObject({ day: '2026-11-01', seconds: 86_400, unknownSeconds: 86_400 })
  expect(yesterday).toMatchObject({
    day: '2026-11-02',
    seconds: 86_400,
    downSeconds: { atLeast: 110, atMost: 130 },
    pathDownSeconds: { atLeast: 110, atMost: 130 },
  })
  expect(today).toMatchObject({
    day: '2026-11-03',
    seconds: 3_600,
    downSeconds: { atLeast: 170, atMost: 190 },
    pathDownSeconds: { atLeast: 470, atMost: 490 },
  })
  // the time before the first poll counts as unknown
  expect(yesterday?.unknownSeconds).toBeGreaterThanOrEqual(23 * 3_600)
  expect(yesterday?.unknownSeconds).toBeLessThan(23 * 3_600 + 150)
})

it('rates of both paths are added up, and null where nothing is known', async () => {
  const { data } = await getCircuitHistory(db, { days: 1 }, now)
  const { from, stepSeconds, toAzureBitsPerSecond, fromAzureBitsPerSecond } = data[0]?.traffic ?? {}
  expect({ from, stepSeconds }).toEqual({ from: now - MS_PER_DAY, stepSeconds: 1_800 })
  const unknown: (number | null)[] = Array.from({ length: 44 }, () => null)
  expect(fromAzureBitsPerSecond).toEqual([...unknown, 8_000_000, 8_000_000, 12_000_000, 12_000_000])
  expect(toAzureBitsPerSecond).toEqual([...unknown, 2_000, 2_000, 2_000, 2_000])
})

it('a piece is not known where one of two measured paths lacks it', () => {
  const range = { from: 0, to: 3 * 30 * MS_PER_MINUTE }
  const rate = (path: 'primary' | 'secondary', piece: number, bps: number | null) => ({
    scope: 'c',
    path,
    piece,
    bpsIn: bps,
    bpsOut: bps,
  })
  const both = [rate('primary', 0, 5), rate('secondary', 0, 6), rate('primary', 1, 5), rate('secondary', 2, null)]
  expect(sumPathRates(both, range).toAzureBitsPerSecond).toEqual([11, null, null])
  expect(sumPathRates([rate('primary', 1, 5)], range).toAzureBitsPerSecond).toEqual([null, 5, null])
  expect(sumPathRates([], range).toAzureBitsPerSecond).toEqual([null, null, null])
})
