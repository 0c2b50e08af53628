import { expect, it } from 'vitest'
import { withCurrency } from './currency.ts'

it.each([
  ['USD', '$4,624'],
  ['EUR', '€4,624'],
  ['GBP', '£4,624'],
  ['CHF', '4,624 CHF'],
])('an amount in %s reads %s', (currency, words) => {
  expect(withCurrency('4,624', currency)).toBe(words)
})
