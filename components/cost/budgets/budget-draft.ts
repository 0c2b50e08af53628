/** The fields of the form for a new budget. */
export interface BudgetDraft {
  name: string
  owner: string
  /** `circuit:ID`, `customer:SUBSCRIPTION`; empty = not chosen yet */
  target: string
  amount: string
  currency: string
  why: string
}

export const emptyBudget: BudgetDraft = { name: '', owner: '', target: '', amount: '', currency: 'USD', why: '' }
