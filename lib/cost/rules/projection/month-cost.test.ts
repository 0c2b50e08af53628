import { expect, it } from 'vitest'
import { createTestProjectionInput, createTestCostContext, DECIMAL_GB_BYTES } from '../testing/circuits.ts'
import { findMonthPrice } from './month-cost.ts'

const NOW = Date.UTC(2026, 10, 20)
const priceOf = (facts: Parameters<typeof createTestProjectionInput>[1], mbps?: number) =>
  findMonthPrice(createTestProjectionInput([], facts), createTestCostContext(NOW), mbps)

it('is the port and what the traffic costs on a metered plan', () => {
  const price = priceOf({})
  if (!price.ok) throw new Error(price.why)
  const [none, some] = [0n, 1_000n * DECIMAL_GB_BYTES].map((bytes) => Number(price.costOf(bytes).amount))
  expect(price.isMetered).toBe(true)
  expect(none).toBeGreaterThan(0)
  // 1,000 GB out of a circuit in Europe cost 0.025 USD each
  expect((some ?? 0) - (none ?? 0)).toBeCloseTo(25, 2)
})

it('is the same for any traffic on an unlimited plan, and more at a higher bandwidth', () => {
  const [price, wider] = [priceOf({ family: 'UnlimitedData' }), priceOf({ family: 'UnlimitedData' }, 2_000)]
  if (!price.ok || !wider.ok) throw new Error('no price')
  expect(price.costOf(0n)).toEqual(price.costOf(1_000_000n * DECIMAL_GB_BYTES))
  expect(Number(wider.costOf(0n).amount)).toBeGreaterThan(Number(price.costOf(0n).amount))
})

it('says why there is none', () => {
  expect(priceOf({ peeringLocation: null })).toMatchObject({
    ok: false,
    why: expect.stringContaining('peering location'),
  })
})
