import type { CostBudgetsBody, CostDiscountBody, CostOverridesBody } from '#lib/cost/api/index.ts'
import { apiUrl, sendJson, useCommand } from '../data/index.ts'

const COST = [['cost']]

/** Returns the command that adds and withdraws price overrides. */
export const useChangeOverrides = () =>
  useCommand((body: CostOverridesBody) => sendJson('PUT', apiUrl('cost/overrides'), body), COST)

/** Returns the command that applies the discount which the bills prove to all prices of this contract. */
export const useTakeDiscount = () =>
  useCommand((body: CostDiscountBody) => sendJson('POST', apiUrl('cost/discount'), body), COST)

/** Returns the command that sets and withdraws budgets. */
export const useChangeBudgets = () =>
  useCommand((body: CostBudgetsBody) => sendJson('PUT', apiUrl('cost/budgets'), body), COST)

/** Returns the command that logs a decision about a circuit. */
export const useDecide = () =>
  useCommand(
    (body: { circuitId: string; decided: string; why: string }) => sendJson('POST', apiUrl('cost/decisions'), body),
    COST,
  )

/** Returns the command that records the outcome of a decision. */
export const useNoteOutcome = () =>
  useCommand(
    ({ id, outcome }: { id: string; outcome: string }) =>
      sendJson('PUT', apiUrl(`cost/decisions/${encodeURIComponent(id)}`), { outcome }),
    COST,
  )
