import type { CostBudget } from '#lib/contract/index.ts'
import { isAmount, isCurrency } from './typed-amounts.ts'

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

export type DraftedBudget = { ok: true; budget: CostBudget } | { ok: false; fault: string }

/** The draft as a budget, or its first error. */
export function budgetOf({ name, owner, target, amount, currency, why }: BudgetDraft): DraftedBudget {
  const not = (fault: string): DraftedBudget => ({ ok: false, fault })
  const [kind, id] = [target.slice(0, target.indexOf(':')), target.slice(target.indexOf(':') + 1)]
  if (name.trim() === '') return not('Name: required.')
  if (owner.trim() === '') return not('Owner: required.')
  if (id === '') return not('For: choose a circuit or customer.')
  if (!isAmount(amount)) return not('Per month: a decimal number such as 1200.')
  if (!isCurrency(currency)) return not('Currency: three capital letters such as USD.')
  if (why.trim() === '') return not('Reason: required for the audit log.')
  return {
    ok: true,
    budget: {
      name: name.trim(),
      owner: owner.trim(),
      for: kind === 'customer' ? { kind, customer: id } : { kind: 'circuits', circuitIds: [id] },
      amount,
      currency,
    },
  }
}
