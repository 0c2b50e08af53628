import { Decimal } from 'decimal.js'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BilledMeterCost } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { CostOverridesBody } from '../api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { saveBill } from '../store/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { limitToAccessScope } from '#lib/questions/index.ts'
import { applyProvenDiscount, readCostAtBills, readOfferedDiscountShare } from './discount.ts'
import { getBillingMonth } from '../rules/index.ts'
import { readCostContext } from './cost-context.ts'
import { getCostDiscount, getCostProjections, getCostReconcile, getCostTco } from './queued-answers.ts'
import { getCostOverrides, putCostOverrides } from './overrides.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 11, 12)
const FROM = Date.UTC(2026, 9, 20)
const subscriptionId = TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/').at(-1) ?? ''
/** List prices: 436 a month, 0.025 a GB, 0.361 an hour. */
const METERS = [
  {
    resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
    meter: 'Standard Metered Data 1 Gbps Circuit',
    quantity: '0.033',
    price: '436',
  },
  {
    resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
    meter: 'Metered Data - Data Transfer Out',
    quantity: '172.8',
    price: '0.025',
  },
  { resourceId: TEST_ESTATE_GATEWAY_ARM_ID, meter: 'ErGw1AZ Gateway', quantity: '24', price: '0.361' },
]

beforeAll(async () => {
  await createTestEstatePollRecorder(db).inventory(FROM)
  await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 8_000_000 })
}, 60_000)
afterEach(() => db.pool.query('TRUNCATE cost_billed, cost_bill_read, cost_override, cost_traffic'))

/** Bills each meter of each day at its list price less a share. */
async function bill(offOf: (day: string, meter: string) => number, unread: string | null = null) {
  const days = Array.from({ length: 22 }, (_, i) => new Date(FROM + i * MS_PER_DAY).toISOString().slice(0, 10))
  const rows = days.flatMap((day) =>
    METERS.map(({ resourceId, meter, quantity, price }): BilledMeterCost => {
      const cost = new Decimal(price).times(quantity).times(new Decimal(1).minus(offOf(day, meter)))
      return { day, resourceId, meter, quantity, cost: cost.toFixed(), currency: 'USD' }
    }),
  )
  await db.transaction((client) =>
    saveBill(client, { subscriptionId, from: FROM, to: NOW, readAt: NOW - 1_000, rows, unread }),
  )
}
const offer = async (now = NOW) => allApiEndpoints.costDiscount.response.parse(await getCostDiscount(db, now)).data
const current = async (now: number) => {
  const [one] = (await getCostProjections(db, {}, now)).data.circuits
  return {
    month: one?.options.find((option) => option.current)?.p50.amount,
    lines: one?.lines.map(({ unitPrice }) => unitPrice.amount),
    assumptions: one?.assumptions.join(' '),
  }
}
const whole = async (now: number) => (await getCostTco(db, { months: 1 }, now)).data.totals[0]?.amount

describe('a discount that every bill shows', () => {
  it('is offered, taken by one action with its evidence, used everywhere, and taken back', async () => {
    await bill(() => 0.08)
    const offered = await offer()
    expect(offered).toMatchObject({ state: 'offered', share: 0.08, overrideId: null })
    expect(offered.evidence).toMatchObject({ bills: [subscriptionId], months: ['2026-10', '2026-11'] })
    expect(offered.evidence?.meters.map(({ meter, listPrice }) => `${meter} ${listPrice}`)).toEqual([
      'ErGw1AZ Gateway 0.361',
      'Metered Data - Data Transfer Out 0.025',
      'Standard Metered Data 1 Gbps Circuit 436',
    ])
    // 22 days x (0.033 x 436 + 172.8 x 0.025 + 24 x 0.361) = 22 x 27.372 = 602.18; less 8 % 554.01
    expect(offered.evidence).toMatchObject({ list: { amount: '602.18' }, billed: { amount: '554.01' } })
    expect(offered.comparison).toMatch(
      /^Azure billed \$554 for usage of \$602 at list prices \(bills of 2026-10 and 2026-11\): 8 % less for each of 3 meters, probably a discount of the agreement\./,
    )

    const [before, all] = [await current(NOW), await whole(NOW)]
    expect(before.lines).toEqual(['436', '0.025'])
    // the projections above stored the usage, from which the saving at the billed prices is computed
    expect((await offer()).billedSaving).toEqual([])
    expect(await readOfferedDiscountShare(db.pool, NOW)).toBe(0.08)
    const [total] = (await getCostProjections(db, {}, NOW)).data.totals
    const atBills = await readCostAtBills(db.pool, await readCostContext(db.pool, getBillingMonth(NOW), NOW), 0.08)
    expect(Number(atBills?.totals[0]?.p50.amount)).toBeCloseTo(0.92 * Number(total?.p50.amount), 1)
    const { data } = await applyProvenDiscount(db, { share: 0.08, version: offered.version }, NOW + 1_000)
    expect(data.overrides[0]).toMatchObject({
      made: { why: 'proven by the bills of 2026-10 and 2026-11' },
      override: { kind: 'discount', share: 0.08, meterName: null, circuitIds: null, evidence: offered.evidence },
    })
    const after = await current(NOW + 2_000)
    // list prices less 8 %: 436 x 0.92 and 0.025 x 0.92
    expect(after.lines).toEqual(['401.12', '0.023'])
    expect(after.assumptions).toContain('8 % off all meters')
    expect(Number(after.month)).toBeCloseTo(0.92 * Number(before.month), 1)
    expect(Number(await whole(NOW))).toBeLessThan(0.921 * Number(all))
    expect(await readOfferedDiscountShare(db.pool, NOW + 2_000)).toBeNull()
    expect(await offer(NOW + 2_000)).toMatchObject({
      state: 'in_force',
      share: 0.08,
      comparison: null,
      billedSaving: null,
      overrideId: data.overrides[0]?.id,
    })
    // the projection now equals the bill, so no difference is explained by a discount
    const { resources } = (await getCostReconcile(db, { month: '2026-11' }, NOW + 2_000)).data
    expect(
      resources
        .flatMap(({ meters }) => meters.flatMap(({ parts }) => parts))
        .filter(({ reason }) => reason === 'discount'),
    ).toEqual([])

    const id = data.overrides[0]?.id ?? ''
    await putCostOverrides(db, { version: data.version, add: [], withdraw: [id], why: 'contract ended' }, NOW + 3_000)
    expect((await current(NOW + 4_000)).lines).toEqual(['436', '0.025'])
    expect(await offer(NOW + 4_000)).toMatchObject({ state: 'offered', share: 0.08 })
  })

  it('is in force for a scoped reader, who sees no evidence and is offered nothing', async () => {
    await bill(() => 0.08)
    const scoped = await limitToAccessScope(db, { subscriptions: [subscriptionId], customers: [] }, NOW)
    expect((await getCostDiscount(scoped, NOW)).data).toMatchObject({ state: 'none', evidence: null })
    await applyProvenDiscount(db, { share: 0.08, version: 0 }, NOW)
    const later = await limitToAccessScope(db, { subscriptions: [subscriptionId], customers: [] }, NOW + 1_000)
    expect((await getCostDiscount(later, NOW + 1_000)).data).toMatchObject({
      state: 'in_force',
      share: 0.08,
      evidence: null,
    })
    expect(JSON.stringify(await getCostOverrides(later))).not.toContain('evidence')
  })

  it('replaces the one that was proven before', async () => {
    await bill(() => 0.08)
    await applyProvenDiscount(db, { share: 0.08, version: 0 }, NOW)
    await bill(() => 0.1)
    const offered = await offer(NOW + 1_000)
    expect(offered).toMatchObject({ state: 'offered', share: 0.1 })
    await applyProvenDiscount(db, { share: 0.1, version: offered.version }, NOW + 2_000)
    const { overrides } = (await getCostOverrides(db)).data
    expect(
      overrides.map(({ override, withdrawn }) => ['share' in override && override.share, withdrawn !== null]),
    ).toEqual([
      [0.1, false],
      [0.08, true],
    ])
  })

  it.each<[string, (day: string, meter: string) => number, string | null, RegExp]>([
    ['a meter at list price', (_, meter) => (meter.startsWith('ErGw') ? 0 : 0.08), null, /not 8 %/],
    ['a discount that began this month', (day) => (day < '2026-11' ? 0 : 0.08), null, /under its list price/],
    ['rows that could not be read', () => 0.08, '1 of 66 rows not read', /1 of 66 rows/],
    ['list prices', () => 0, null, /list price/],
  ])('is not offered from %s, and can not be taken', async (_, off, unread, why) => {
    await bill(off, unread)
    expect(await offer()).toMatchObject({ state: 'none', share: null, words: expect.stringMatching(why) })
    await expect(applyProvenDiscount(db, { share: 0.08, version: 0 }, NOW)).rejects.toThrow(/is not offered/)
    expect((await getCostOverrides(db)).data.overrides).toEqual([])
  })
})

it('reports overrides of prices only while they are in force', async () => {
  const about = { circuitIds: null, from: null, until: null }
  const price = {
    ...about,
    kind: 'price' as const,
    meterName: 'Standard Metered Data 1 Gbps Circuit',
    region: null,
    price: '400',
    currency: 'USD',
  }
  const share = { ...about, kind: 'share' as const, customer: subscriptionId, share: 0.5 }
  const add = (some: CostOverridesBody['add'], version: number) =>
    putCostOverrides(db, { version, add: some, withdraw: [], why: 'contract' }, NOW)
  expect(await offer()).toMatchObject({ hasOverrides: false })
  const later = { ...price, from: '2026-12-01T00:00:00.000Z' }
  const over = { ...price, until: '2026-11-01T00:00:00.000Z' }
  const { version } = (await add([later, over, share], 0)).data
  expect(await offer()).toMatchObject({ hasOverrides: false, version })
  const { data } = await add([price], version)
  expect(await offer()).toMatchObject({ hasOverrides: true })
  const isCurrent = ({ kind, from, until }: (typeof data.overrides)[number]['override']) =>
    kind === 'price' && from === null && until === null
  const id = data.overrides.find(({ override }) => isCurrent(override))?.id ?? ''
  await putCostOverrides(db, { version: data.version, add: [], withdraw: [id], why: 'ended' }, NOW + 1_000)
  expect(await offer(NOW + 2_000)).toMatchObject({ hasOverrides: false })
})
