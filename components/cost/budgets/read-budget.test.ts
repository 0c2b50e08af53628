import { describe, expect, it } from 'vitest'
import { type BudgetDraft, emptyBudgetDraft } from './budget-draft.ts'
import { validateBudgetForm } from './read-budget.ts'

const draft: BudgetDraft = {
  ...emptyBudgetDraft,
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
  ])('for %s is what the API takes', (target, expected) => {
    expect(validateBudgetForm({ ...draft, target }, 3)).toEqual({
      body: {
        version: 3,
        set: [{ name: 'London', owner: 'kim@contoso.example', for: expected, amount: '1200', currency: 'USD' }],
        withdraw: [],
        why: 'plan of the year',
      },
    })
  })

  it.each<[Partial<BudgetDraft>, string[]]>([
    [{ name: ' ' }, ['name']],
    [{ owner: '' }, ['owner']],
    [{ target: '' }, ['target']],
    [{ amount: 'much' }, ['amount']],
    [{ currency: 'usd' }, ['currency']],
    [{ why: '' }, ['why']],
    [{ name: '', amount: '-1', why: ' ' }, ['amount', 'name', 'why']],
  ])('%o is refused at its fields', (more, fields) => {
    const read = validateBudgetForm({ ...draft, ...more }, 3)
    expect('faults' in read && Object.keys(read.faults).toSorted()).toEqual(fields)
  })
})
