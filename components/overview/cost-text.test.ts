import { expect, it } from 'vitest'
import type { CostHeadline } from '#lib/cost/api/index.ts'
import { formatAdvisedSaving, formatSavingBasis } from './cost-text.ts'
import { sumTrafficRates } from './overview-figures.tsx'

const usd = (amount: string) => ({ amount, currency: 'USD' as const })
const headline = (more: Partial<CostHeadline>): CostHeadline => ({
  month: '2026-11',
  asOf: '2026-11-20T03:00:00.000Z',
  missing: 0,
  totals: [{ p10: usd('900'), p50: usd('1000'), p90: usd('1100') }] as CostHeadline['totals'],
  switches: 1,
  saving: [usd('250')],
  billedSaving: null,
  hasOverrides: false,
  savingShare: 0.25,
  ...more,
})

it.each([
  ['a change', {}, '$250 a month'],
  ['none', { switches: 0, saving: [] }, 'nothing to save'],
  ['a change at billed prices', { billedSaving: [usd('230')] }, '$230 a month'],
  ['none, while a circuit is missing', { switches: 0, saving: [], missing: 1 }, 'not known yet'],
  ['a change, while a circuit is missing', { missing: 1 }, '≥ $250 a month'],
  ['no change at billed prices', { billedSaving: [] }, 'nothing to save'],
  ['several currencies', { saving: [usd('1'), { amount: '2', currency: 'EUR' }] }, '$1.00 and €2.00 a month'],
] as [string, Partial<CostHeadline>, string][])('the saving by %s', (_, more, words) => {
  expect(formatAdvisedSaving(headline(more)).replaceAll('.00', '')).toBe(words.replaceAll('.00', ''))
})

it('names the prices of the saving, with the list prices second', () => {
  expect(formatSavingBasis(headline({}))).toBe('of $1,000 (900 – 1,100) in 2026-11')
  expect(formatSavingBasis(headline({ missing: 2 }))).toBe('of $1,000 (900 – 1,100) in 2026-11, without 2 circuits')
  expect(formatSavingBasis(headline({ billedSaving: [usd('230')] }))).toBe(
    'at the prices of the bills; at list prices $250 of $1,000 (900 – 1,100) in 2026-11',
  )
  expect(formatSavingBasis(headline({ billedSaving: [usd('230')], hasOverrides: true }))).toBe(
    'at the prices of the bills; at list prices and overrides $250 of $1,000 (900 – 1,100) in 2026-11',
  )
})

it('a step of traffic is not known where one circuit that reports is not', () => {
  expect(
    sumTrafficRates([
      [1, 2, null],
      [10, null, 30],
      [null, null, null],
    ]),
  ).toEqual([11, null, null])
})
