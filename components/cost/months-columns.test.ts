import { expect, it } from 'vitest'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { formatPlotReading } from '../charts/plot/plot-model.ts'
import { buildMonthColumns, describeForecastMonth } from './months-columns.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const month = (name: string) => ({
  month: name,
  bytes: { p10: '9000000000000', p50: '10000000000000', p90: '12000000000000' },
  cost: { p10: usd('600'), p50: usd('650'), p90: usd('700') },
})
const columns = buildMonthColumns({ twelveMonths: [month('2026-12'), month('2027-01')] } as CostProjection)

it('a month is as wide as it lasts, and meets the next', () => {
  expect(columns.map(({ from, to }) => [new Date(from).toISOString(), new Date(to).toISOString()])).toEqual([
    ['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2027-01-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z'],
  ])
})

it('a month is read with its bounds, and where it stands to the break-even', () => {
  expect(formatPlotReading(describeForecastMonth(columns[0], 11e12))).toBe(
    '2026-12: Bytes 10.0 TB, p10 to p90 9.00 TB to 12.0 TB, Cost, current plan $650 (600 – 700)',
  )
  expect(describeForecastMonth(columns[0], 10e12).notes).toEqual(['above the break-even'])
  expect(describeForecastMonth(columns[0], null).notes).toEqual([])
})
