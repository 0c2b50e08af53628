import { describe, expect, it } from 'vitest'
import { costBudget } from '#lib/contract/index.ts'
import { type BudgetDraft, budgetOf, emptyBudget } from './budget-draft.ts'

const draft: BudgetDraft = {
  ...emptyBudget,
  name: 'London',
  owner: 'kim@contoso.example',
  target: 'circuit:c1',
  amount: '1200',
  why: 'plan of the year',
}

describe('a budget as typed', () => {
  it.each([
    ['circuit:c1', { kind: 'circuits', circuitIds: ['c1'] }],
    ['customer:sub:1', { kind: 'customer', customer: 'sub:1' }],
  ])('for %s is taken by the API', (target, expected) => {
    const read = budgetOf({ ...draft, target })
    expect(read.ok && costBudget.parse(read.budget)).toMatchObject({ for: expected, amount: '1200', currency: 'USD' })
  })

  it.each<[Partial<BudgetDraft>, RegExp]>([
    [{ name: ' ' }, /Name/],
    [{ owner: '' }, /Owner/],
    [{ target: '' }, /For/],
    [{ amount: 'much' }, /Per month/],
    [{ currency: 'usd' }, /Currency/],
    [{ why: '' }, /Reason/],
  ])('%o is refused', (more, fault) => {
    const read = budgetOf({ ...draft, ...more })
    expect(read.ok ? '' : read.fault).toMatch(fault)
  })
})
