import type { CostBudgetsBody, CostDiscountBody, CostOverridesBody } from '#lib/cost/api/index.ts'
import { apiUrl, sendJson, useCommand } from '../data/index.ts'

const COST = [['cost']]

/** Adds and withdraws price overrides. */
export const useChangeOverrides = () =>
  useCommand((body: CostOverridesBody) => sendJson('PUT', apiUrl('cost/overrides'), body), COST)

/** Applies the discount that the bills prove to the price list of this contract. */
export const useTakeDiscount = () =>
  useCommand((body: CostDiscountBody) => sendJson('POST', apiUrl('cost/discount'), body), COST)

/** Sets and withdraws budgets. */
export const useChangeBudgets = () =>
  useCommand((body: CostBudgetsBody) => sendJson('PUT', apiUrl('cost/budgets'), body), COST)

/** Logs a decision about a circuit. */
export const useDecide = () =>
  useCommand(
    (body: { circuitId: string; decided: string; why: string }) => sendJson('POST', apiUrl('cost/decisions'), body),
    COST,
  )

/** Records the outcome of a decision. */
export const useNoteOutcome = () =>
  useCommand(
    ({ id, outcome }: { id: string; outcome: string }) =>
      sendJson('PUT', apiUrl(`cost/decisions/${encodeURIComponent(id)}`), { outcome }),
    COST,
  )
