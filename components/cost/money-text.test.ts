import { describe, expect, it } from 'vitest'
import { formatCostPercentiles, formatMoneyChange, formatMoney, formatForecastAccuracy } from './money-text.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })

describe('money', () => {
  it.each([
    ['2936.00', 'USD', '$2,936'],
    ['-750.40', 'USD', '−$750'],
    ['12.50', 'USD', '$12.50'],
    ['0.00', 'USD', '$0'],
    ['-0.001', 'USD', '$0.00'],
    ['1200.00', 'CHF', '1,200 CHF'],
  ])('%s %s is %s', (amount, currency, words) => {
    expect(formatMoney({ amount, currency })).toBe(words)
  })

  it('that changed has a sign', () => {
    expect(formatMoneyChange(usd('120.00'))).toBe('+$120')
    expect(formatMoneyChange(usd('-120.00'))).toBe('−$120')
  })
})

describe('bands', () => {
  it('have the likely amount and its range', () => {
    expect(formatCostPercentiles({ p10: usd('2600'), p50: usd('2900'), p90: usd('3400') })).toBe(
      '$2,900 (2,600 – 3,400)',
    )
  })
  it('without width are one figure', () => {
    expect(formatCostPercentiles({ p10: usd('5700'), p50: usd('5700'), p90: usd('5700') })).toBe('$5,700')
  })
  it('state the accuracy of past forecasts', () => {
    expect(formatForecastAccuracy({ mape: 0.023, bandHeld: 0.72, months: 64 })).toBe(
      '±2.3 %, in range 9 of 10 (64 back-tests)',
    )
    expect(formatForecastAccuracy({ mape: null, bandHeld: null, months: 0 })).toBeNull()
  })
})
