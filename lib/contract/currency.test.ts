import { expect, it } from 'vitest'
import { formatCurrencyAmount, formatWithCurrency } from './currency.ts'

it.each([
  ['USD', '$4,624'],
  ['EUR', '€4,624'],
  ['GBP', '£4,624'],
  ['CHF', '4,624 CHF'],
])('an amount in %s reads %s', (currency, words) => {
  expect(formatWithCurrency('4,624', currency)).toBe(words)
})

it.each([
  ['1387.53', 'USD', '$1,387.53'],
  ['-1200.00', 'CHF', '−1,200.00 CHF'],
  ['0.00', 'EUR', '€0.00'],
  ['999', 'USD', '$999'],
  ['12345678.90', 'GBP', '£12,345,678.90'],
])('an amount of %s %s is written %s', (amount, currency, words) => {
  expect(formatCurrencyAmount({ amount, currency })).toBe(words)
})
