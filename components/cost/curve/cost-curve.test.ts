import { describe, expect, it } from 'vitest'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { readingSentence } from '../../charts/plot/plot-model.ts'
import { type CostCurve, costCurve, costOn, curvePoints, lossAt } from './cost-curve.ts'
import { curveReading } from './cost-curve-words.ts'

const TB = 1e12
const usd = (amount: number) => ({ amount: amount.toFixed(2), currency: 'USD' })
const flat = (amount: number) => ({ p10: usd(amount), p50: usd(amount), p90: usd(amount) })
/** $400 and $25 a TB, against $2,900 for all: the break-even is at 100 TB. */
const projection = {
  plan: 'metered',
  tier: 'Standard',
  bandwidthMbps: 1000,
  billedBytesToDate: String(60 * TB),
  forecast: { p10: String(108 * TB), p50: String(120 * TB), p90: String(140 * TB) },
  metered: { p10: usd(3100), p50: usd(3400), p90: usd(3900) },
  unlimited: usd(2900),
  breakEvenBytes: String(100 * TB),
  options: [],
} as unknown as CostProjection
const curveOf = (part: Partial<CostProjection> = {}): CostCurve => {
  const curve = costCurve({ ...projection, ...part })
  if (!curve) throw new Error('no curve')
  return curve
}

describe('the cost of a month over its bytes', () => {
  it('is the fee and each byte on metered, the same for all bytes on unlimited', () => {
    const [metered, unlimited] = curveOf().plans
    expect([0, 60 * TB].map((bytes) => metered && costOn(metered, bytes))).toEqual([400, 1900])
    expect([0, 60 * TB].map((bytes) => unlimited && costOn(unlimited, bytes))).toEqual([2900, 2900])
  })
  it('is known from the band alone where there is no break-even', () => {
    const [metered] = curveOf({ breakEvenBytes: null }).plans
    expect(metered && costOn(metered, 0)).toBeCloseTo(400)
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
  ])('is not drawn %s', (_, part) => {
    expect(costCurve({ ...projection, ...part })).toBeNull()
  })
})

describe('the chart', () => {
  it('reaches over the month’s end and the break-even, unless that lies far away', () => {
    expect(curveOf().most.bytes).toBeCloseTo(161 * TB)
    expect(curveOf({ breakEvenBytes: String(1_000 * TB) }).most.bytes).toBeCloseTo(1_150 * TB)
    expect(curveOf({ breakEvenBytes: String(9_000 * TB) }).most.bytes).toBeCloseTo(210 * TB)
  })
  it('has a stop at all that is marked, in order', () => {
    const { bytes } = curveOf()
    for (const mark of [60, 100, 108, 120, 140]) expect(bytes).toContain(mark * TB)
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
  })
  it('shades between the current plan and the cheapest, from where they cross', () => {
    const widths = curvePoints(curveOf()).map(({ x, loss: [low, high] }) => [x, high - low] as const)
    for (const [x, width] of widths) expect(width).toBeCloseTo(Math.max(0, (x / TB) * 25 - 2500))
  })
  it('shades on the other side for a circuit that is unlimited', () => {
    const curve = curveOf({ plan: 'unlimited' })
    expect(lossAt(curve, 60 * TB)).toMatchObject({ amount: 1000, cheapest: { plan: 'metered' } })
    expect(lossAt(curve, 120 * TB)).toBeNull()
  })
})

it('says at each stop what each plan costs, what is there, and what the current plan loses', () => {
  const said = (terabytes: number) => readingSentence(curveReading(curveOf(), terabytes * TB))
  expect(said(60)).toBe('60.0 TB in the month, measured so far: Metered (current) $1,900, Unlimited $2,900')
  expect(said(100)).toBe('100 TB in the month, break-even: Metered (current) $2,900, Unlimited $2,900')
  expect(said(120)).toBe(
    '120 TB in the month, forecast of the month’s end, the current plan costs $500 more than Unlimited: Metered (current) $3,400, Unlimited $2,900',
  )
})
