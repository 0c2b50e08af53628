/**
 * Text fields of the form for a new budget. `target` is `circuit:ID` or `customer:SUBSCRIPTION`; empty = not chosen
 * yet.
 */
export type BudgetDraft = Record<'name' | 'owner' | 'target' | 'amount' | 'currency' | 'why', string>

export const emptyBudgetDraft: BudgetDraft = { name: '', owner: '', target: '', amount: '', currency: 'USD', why: '' }
