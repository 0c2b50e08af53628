import { expect, it } from 'vitest'
import type { CostReviewSummary } from '#lib/cost/api/index.ts'
import { formatSavingParts, isMonthOpen } from './saving-text.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const band = (amount: string) => ({ p10: usd(amount), p50: usd(amount), p90: usd(amount) })

it.each([
  {
    name: 'in place, and a part of the open questions by a new circuit',
    summary: { savingInPlace: [band('4500')], asked: [usd('3451')], askedByNewCircuit: [usd('368')] },
    list: null,
    is: 'without a new circuit; up to $3,451 more is worth asking for, $368 of it by a new circuit',
  },
  {
    name: 'all open questions by a new circuit',
    summary: { asked: [usd('368')], askedByNewCircuit: [usd('368')] },
    list: null,
    is: 'up to $368 more is worth asking for, all of it by a new circuit',
  },
  {
    name: 'no open question about a new circuit',
    summary: { savingByNewCircuit: [band('10')], asked: [usd('3083')] },
    list: null,
    is: 'each by a new circuit; up to $3,083 more is worth asking for',
  },
  {
    name: 'a snapshot of an earlier version',
    summary: { asked: [usd('3083')], askedByNewCircuit: undefined },
    list: null,
    is: 'up to $3,083 more is worth asking for',
  },
  {
    name: 'after a saving at the prices of the bills',
    summary: { savingInPlace: [band('1')], savingByNewCircuit: [band('2')], asked: [usd('7')] },
    list: ' at list prices',
    is: '$1 of the saving at list prices without a new circuit; up to $7 more is worth asking for at list prices',
  },
])('the parts of a saving: $name', ({ summary, list, is }) => {
  const none = { toDate: [], saving: [], savingInPlace: [], savingByNewCircuit: [], asked: [], circuits: [] }
  expect(formatSavingParts({ ...none, ...summary } as CostReviewSummary, list)).toBe(is)
})

it.each([
  ['an open week in the month', '2026-12-07T00:00:00Z', '2026-12-01T16:52:00Z', true],
  ['a published week that ends before the month', '2026-12-28T00:00:00Z', '2027-01-05T00:00:00Z', true],
  ['a published week that ends with or after the month', '2027-01-04T00:00:00Z', '2027-01-05T00:00:00Z', false],
])('reports whether the cost of the month is a forecast: %s', (_, to, asOf, is) => {
  const month = { from: '2026-12-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }
  expect(isMonthOpen({ to, projections: { circuits: [{ month }] } } as never, asOf)).toBe(is)
})
