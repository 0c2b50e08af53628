import type { CostBudget } from '#lib/contract/index.ts'
import { isAmount, isCurrency } from './typed-amounts.ts'

/** A new budget as it is being typed. */
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

/** The budget that a draft says, or what is still wrong with it. */
export function budgetOf({ name, owner, target, amount, currency, why }: BudgetDraft): DraftedBudget {
  const not = (fault: string): DraftedBudget => ({ ok: false, fault })
  const [kind, id] = [target.slice(0, target.indexOf(':')), target.slice(target.indexOf(':') + 1)]
  if (name.trim() === '') return not('Name: it has none.')
  if (owner.trim() === '') return not('Owner: somebody has to answer for it.')
  if (id === '') return not('For: say for what.')
  if (!isAmount(amount)) return not('A month: a decimal number such as 1200.')
  if (!isCurrency(currency)) return not('Currency: three capitals such as USD.')
  if (why.trim() === '') return not('Reason: say why, for whoever asks later.')
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
