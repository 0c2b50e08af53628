import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sumPercentilesByCurrency, subtractMoneyInSameCurrency } from './money-sums.ts'

const money = (amount: string, currency = 'USD') => ({ amount, currency })
const amounts = fc
  .bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n })
  .map((cents) => new Decimal(String(cents)).div(100))

it('sums of bands are exact, as decimals add them', () => {
  fc.assert(
    fc.property(fc.array(amounts, { minLength: 1 }), (list) => {
      const bands = list.map((amount) => {
        const one = money(amount.toFixed(2))
        return { p10: one, p50: one, p90: one }
      })
      expect(sumPercentilesByCurrency(bands)[0]?.p50.amount).toBe(Decimal.sum(...list).toFixed(2))
    }),
  )
})

it('currencies are not added up', () => {
  const band = (amount: string, currency: string) => {
    const one = money(amount, currency)
    return { p10: one, p50: one, p90: one }
  }
  const totals = sumPercentilesByCurrency([band('1', 'USD'), band('2.5', 'EUR'), band('0.01', 'USD')])
  expect(totals.map(({ p90 }) => p90)).toEqual([money('2.50', 'EUR'), money('1.01')])
})

it.each([
  ['0.30', '0.10', '0.20'],
  ['1.00', '1.05', '-0.05'],
  ['-2.00', '-2.00', '0.00'],
])('%s less %s is %s', (a, b, difference) => {
  expect(subtractMoneyInSameCurrency(money(a), money(b))).toEqual(money(difference))
  expect(subtractMoneyInSameCurrency(money(a), money(b, 'EUR'))).toBeNull()
})

it('a fraction of a cent is refused', () => {
  expect(() => subtractMoneyInSameCurrency(money('0.025'), money('0.00'))).toThrow(RangeError)
})
