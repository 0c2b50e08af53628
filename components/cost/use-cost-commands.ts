import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CostBudgetsBody, CostDiscountBody, CostOverridesBody } from '#lib/cost/api/index.ts'
import { apiUrl, sendJson } from '../data/index.ts'

/** A cost command; all cost queries are refetched after it. */
function useCommand<Body>(send: (body: Body) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: () => client.invalidateQueries({ queryKey: ['cost'] }),
  })
}

/** Adds and withdraws price overrides. */
export const useChangeOverrides = () =>
  useCommand((body: CostOverridesBody) => sendJson('PUT', apiUrl('cost/overrides'), body))

/** Makes the discount that the bills prove the price list of this contract. */
export const useTakeDiscount = () =>
  useCommand((body: CostDiscountBody) => sendJson('POST', apiUrl('cost/discount'), body))

/** Sets and withdraws budgets. */
export const useChangeBudgets = () =>
  useCommand((body: CostBudgetsBody) => sendJson('PUT', apiUrl('cost/budgets'), body))

/** Logs a decision about a circuit. */
export const useDecide = () =>
  useCommand((body: { circuitId: string; decided: string; why: string }) =>
    sendJson('POST', apiUrl('cost/decisions'), body),
  )

/** Records the outcome of a decision. */
export const useNoteOutcome = () =>
  useCommand(({ id, outcome }: { id: string; outcome: string }) =>
    sendJson('PUT', apiUrl(`cost/decisions/${encodeURIComponent(id)}`), { outcome }),
  )
