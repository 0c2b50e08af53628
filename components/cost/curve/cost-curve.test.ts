import { expect, it } from 'vitest'
import type { CostCurve } from '#lib/cost/api/index.ts'
import { formatPlotReading } from '../../charts/plot/plot-model.ts'
import { buildCostCurvePoints, describeCostCurvePoint } from './cost-curve.ts'

const TB = 1e12
const curve: CostCurve = {
  currency: 'USD',
  bytes: [60, 100, 120].map((count) => String(count * TB)),
  plans: [
    { plan: 'metered', current: true, costs: ['1900.00', '2900.00', '3400.00'] },
    { plan: 'unlimited', current: false, costs: ['2900.00', '2900.00', '2900.00'] },
  ],
  losses: [null, null, { amount: '500.00', than: 'unlimited' }],
  top: '3672.00',
}
const month = {
  billedBytesToDate: String(60 * TB),
  forecast: { p10: String(108 * TB), p50: String(120 * TB), p90: String(140 * TB) },
  breakEvenBytes: String(100 * TB),
}

it('shades between the current plan and the cheapest', () => {
  expect(buildCostCurvePoints(curve)).toEqual([
    { x: 60 * TB, loss: [1900, 1900], metered: 1900, unlimited: 2900 },
    { x: 100 * TB, loss: [2900, 2900], metered: 2900, unlimited: 2900 },
    { x: 120 * TB, loss: [2900, 3400], metered: 3400, unlimited: 2900 },
  ])
})

it('says at each stop what each plan costs, what is there, and what the current plan loses', () => {
  expect([0, 1, 2].map((stop) => formatPlotReading(describeCostCurvePoint(curve, month, stop)))).toEqual([
    '60.0 TB in the month, measured so far: Metered (current) $1,900, Unlimited $2,900',
    '100 TB in the month, break-even: Metered (current) $2,900, Unlimited $2,900',
    '120 TB in the month, forecast of the month’s end, the current plan costs $500 more than Unlimited: Metered (current) $3,400, Unlimited $2,900',
  ])
})
