import { describe, expect, it } from 'vitest'
import type { CostCurve, CostOption, CostProjection } from '../../api/index.ts'
import { computeCostCurve } from './cost-curve.ts'
import { sortCostOptions } from './offers.ts'

const TB = 10n ** 12n
const usd = (amount: number) => ({ amount: amount.toFixed(2), currency: 'USD' })
const flat = (amount: number) => ({ p10: usd(amount), p50: usd(amount), p90: usd(amount) })
const terabytes = (count: number) => String(BigInt(count) * TB)
/** $400 and $25 for each TB, compared with $2,900 for any number of bytes: the break-even is at 100 TB. */
const projection = {
  plan: 'metered',
  tier: 'Standard',
  bandwidthMbps: 1000,
  billedBytesToDate: terabytes(60),
  forecast: { p10: terabytes(108), p50: terabytes(120), p90: terabytes(140) },
  metered: { p10: usd(3100), p50: usd(3400), p90: usd(3900) },
  unlimited: usd(2900),
  breakEvenBytes: terabytes(100),
  options: [],
} as unknown as CostProjection
const curveOf = (part: Partial<CostProjection> = {}): CostCurve => {
  const curve = computeCostCurve({ ...projection, ...part })
  if (!curve) throw new Error('no curve')
  return curve
}
const costsAt = ({ bytes, plans }: CostCurve, count: number) =>
  plans.map(({ costs }) => costs[bytes.indexOf(terabytes(count))])
const lossAt = ({ bytes, losses }: CostCurve, count: number) => losses[bytes.indexOf(terabytes(count))]

describe('the cost of a month over its bytes', () => {
  it('is the fee and each byte on metered, the same for all bytes on unlimited', () => {
    expect([0, 60].map((count) => costsAt(curveOf(), count))).toEqual([
      ['400.00', '2900.00'],
      ['1900.00', '2900.00'],
    ])
  })
  it('is known from the band alone where there is no break-even', () => {
    expect(costsAt(curveOf({ breakEvenBytes: null }), 0)[0]).toBe('400.00')
  })
  it('shows Local where the circuit could be it, and not where it could not', () => {
    const local = { plan: 'local', tier: 'Local', bandwidthMbps: 1000, current: false, ...flat(1200) }
    const plansOf = (change: string) =>
      curveOf({ options: [{ ...local, change }] as CostProjection['options'] }).plans.map(({ plan }) => plan)
    expect(plansOf('new_circuit')).toEqual(['metered', 'unlimited', 'local'])
    expect(plansOf('impossible')).toEqual(['metered', 'unlimited'])
  })
  it.each([
    ['without a price', { metered: null, unlimited: null }],
    ['without a forecast', { forecast: null, metered: null }],
  ])('is null %s', (_, part) => {
    expect(computeCostCurve({ ...projection, ...part })).toBeNull()
  })
  it.each([
    ['the break-even', terabytes(100), terabytes(161)],
    ['a far break-even', terabytes(1_000), terabytes(1_150)],
    ['the month alone, if the break-even is much farther', terabytes(9_000), terabytes(210)],
  ])('reaches over %s', (_, breakEvenBytes, most) => {
    expect(curveOf({ breakEvenBytes }).bytes.at(-1)).toBe(most)
  })
  it('has a stop at each amount of bytes that the month names, in order', () => {
    const { bytes, losses, plans, top } = curveOf()
    expect(bytes).toEqual(expect.arrayContaining([60, 100, 108, 120, 140].map(terabytes)))
    expect(bytes).toEqual(bytes.toSorted((a, b) => Number(BigInt(a) - BigInt(b))))
    expect([losses, ...plans.map(({ costs }) => costs)].map(({ length }) => length)).toEqual(
      [losses, ...plans].map(() => bytes.length),
    )
    expect(top).toBe('4779.00')
  })
  it('names the loss of the current plan and the cheapest plan', () => {
    expect([60, 100, 120].map((count) => lossAt(curveOf(), count))).toEqual([
      null,
      null,
      { amount: '500.00', than: 'unlimited' },
    ])
    expect([60, 120].map((count) => lossAt(curveOf({ plan: 'unlimited' }), count))).toEqual([
      { amount: '1000.00', than: 'metered' },
      null,
    ])
  })
  it('keeps the cents of amounts that a float cannot hold', () => {
    const huge = curveOf({ plan: 'unlimited', unlimited: { amount: '90071992547409.93', currency: 'USD' } })
    expect(costsAt(huge, 60)[1]).toBe('90071992547409.93')
  })
})

describe('the options of a circuit', () => {
  const option = (change: CostOption['change'], amount: string, current = false) =>
    ({ change, current, p50: { amount, currency: 'USD' } }) as CostOption
  it('begin with the current one, then by the change that they need, then the cheapest first, each against the current one', () => {
    const options = [
      option('impossible', '1.00'),
      option('in_place', '1000.00'),
      option('new_circuit', '2.00'),
      option('in_place', '900.00'),
      option('in_place', '950.10', true),
    ]
    const ordered = sortCostOptions(options)
    expect(ordered.map(({ p50, difference }) => [p50.amount, difference?.amount])).toEqual([
      ['950.10', '0.00'],
      ['900.00', '-50.10'],
      ['1000.00', '49.90'],
      ['2.00', '-948.10'],
      ['1.00', '-949.10'],
    ])
    expect(sortCostOptions(ordered)).toEqual(ordered)
  })
})
