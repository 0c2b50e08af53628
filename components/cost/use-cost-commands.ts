import type { CostBudgetsBody, CostDiscountBody, CostOverridesBody } from '#lib/cost/api/index.ts'
import { buildApiUrl, sendJson, useCommand } from '../data/index.ts'

const COST = [['cost']]

/** Returns the mutation that adds and withdraws price overrides on the server. */
export const useChangeOverrides = () =>
  useCommand((body: CostOverridesBody) => sendJson('PUT', buildApiUrl('cost/overrides'), body), COST)

/** Returns the mutation that applies the discount which Azure's bills prove to all prices of this contract. */
export const useAcceptDiscount = () =>
  useCommand((body: CostDiscountBody) => sendJson('POST', buildApiUrl('cost/discount'), body), COST)

/** Returns the mutation that sets and withdraws budgets on the server. */
export const useChangeBudgets = () =>
  useCommand((body: CostBudgetsBody) => sendJson('PUT', buildApiUrl('cost/budgets'), body), COST)

/** Returns the mutation that saves a decision about a circuit on the server. */
export const useRecordCostDecision = () =>
  useCommand(
    (body: { circuitId: string; decided: string; why: string }) =>
      sendJson('POST', buildApiUrl('cost/decisions'), body),
    COST,
  )

/** Returns the mutation that saves the outcome of a decision on the server. */
export const useRecordCostOutcome = () =>
  useCommand(
    ({ id, outcome }: { id: string; outcome: string }) =>
      sendJson('PUT', buildApiUrl(`cost/decisions/${encodeURIComponent(id)}`), { outcome }),
    COST,
  )
