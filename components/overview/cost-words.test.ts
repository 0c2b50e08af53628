import { describe, expect, it } from 'vitest'
import type { CostHeadline } from '#lib/cost/api/index.ts'
import { advisedChanges, missingCircuits, monthsCost } from './cost-words.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const eur = (amount: string) => ({ amount, currency: 'EUR' })
const headline = (changes: Partial<CostHeadline>): CostHeadline => ({
  month: '2026-11',
  asOf: '2026-11-20T23:07:00.000Z',
  missing: 0,
  totals: [{ p10: usd('5800'), p50: usd('6000'), p90: usd('6400') }],
  switches: 0,
  saving: [],
  ...changes,
})

describe('cost in brief', () => {
  it('is a band, one for each currency, never their sum', () => {
    expect(monthsCost(headline({}))).toBe('$6,000 (5,800 – 6,400)')
    const both = [...headline({}).totals, { p10: eur('90'), p50: eur('90'), p90: eur('90') }]
    expect(monthsCost(headline({ totals: both }))).toBe('$6,000 (5,800 – 6,400); €90')
  })

  it.each([
    [{}, 'No plan changes recommended.'],
    [{ switches: 1, saving: [usd('5150')] }, '1 plan change recommended, likely saving $5,150 a month.'],
    [
      { switches: 3, saving: [usd('5150'), eur('200')] },
      '3 plan changes recommended, likely saving $5,150 and €200 a month.',
    ],
    [{ switches: 2 }, '2 plan changes recommended.'],
  ])('%j reads: %s', (changes, words) => {
    expect(advisedChanges(headline(changes))).toBe(words)
  })

  it.each([
    [0, ''],
    [1, '1 circuit not included yet.'],
    [3, '3 circuits not included yet.'],
  ])('without %i circuits says: %s', (missing, words) => {
    expect(missingCircuits(headline({ missing }))).toBe(words)
  })
})
