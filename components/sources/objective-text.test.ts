import { expect, it } from 'vitest'
import { formatSloErrorBudget, formatSloBurnRates, formatSloShare, getSloStatus } from './objective-text.ts'

it.each([
  [null, 'unknown'],
  [1, '100 %'],
  [0.999999, '99.999 %'],
  [0.9949, '99.49 %'],
  [0.995, '99.5 %'],
  [0.9896, '98.9 %'],
  [0.99, '99 %'],
  [0.5, '50 %'],
  [0, '0 %'],
])('the share %s is %s', (share, words) => {
  expect(formatSloShare(share)).toBe(words)
})

it.each([
  [null, 'unknown'],
  [1, '100 % left'],
  [0.999, '99 % left'],
  [0, '0 % left'],
  [-2, '3.0 times what is allowed'],
  [-202.9, '204 times what is allowed'],
])('a budget with %s left: %s', (left, words) => {
  expect(formatSloErrorBudget(left)).toBe(words)
})

it('names the rates of an hour and of six', () => {
  const burn = [300, 1_800, 3_600, 21_600].map((windowSeconds, index) => ({
    windowSeconds,
    rate: index === 2 ? 14.44 : null,
  }))
  expect(formatSloBurnRates({ burn })).toBe('14 ×, unknown')
  expect(formatSloBurnRates({ burn: [] })).toBe('unknown')
})

it.each([
  [{ alert: null, budgetLeft: null }, 'UNKNOWN'],
  [{ alert: null, budgetLeft: 0.2 }, 'KEPT'],
  [{ alert: null, budgetLeft: 0 }, 'KEPT'],
  [{ alert: null, budgetLeft: -0.1 }, 'MISSED'],
  [{ alert: 'ticket' as const, budgetLeft: 0.9 }, 'AT RISK'],
  [{ alert: 'page' as const, budgetLeft: -1 }, 'FAILING'],
])('%j is %s', (slo, word) => {
  expect(getSloStatus(slo).word).toBe(word)
})
