import { costBudgetsBodySchema } from '#lib/cost/api/budgets.ts'
import type { CostBudgetsBody } from '#lib/cost/api/index.ts'
import { type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'
import type { BudgetDraft } from './budget-draft.ts'

/**
 * Validates the fields of the form for a new budget. Returns the request body that adds the budget.
 * @param version version of the budgets that the user saw, so that the server can detect concurrent changes
 */
export function validateBudgetForm({ name, owner, target, amount, currency, why }: BudgetDraft, version: number) {
  const [kind, id] = [target.slice(0, target.indexOf(':')), target.slice(target.indexOf(':') + 1)]
  const scope = kind === 'customer' ? { kind, customer: id } : { kind: 'circuits', circuitIds: [id] }
  const input = { version, set: [{ name, owner, for: scope, amount: amount.trim(), currency: currency.trim() }], why }
  const more = target === '' ? { target: 'choose a circuit or customer' } : undefined
  return validateFormInput(costBudgetsBodySchema, input, fieldOf, more) satisfies FormValidation<CostBudgetsBody>
}

/**
 * Converts an error path of the request body (`why`, or a path below `set.0`) to the form field at which the error is
 * shown.
 */
function fieldOf([top, , field]: readonly PropertyKey[]): string {
  return top === 'set' ? (field === 'for' ? 'target' : String(field)) : String(top)
}
