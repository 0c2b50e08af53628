'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CostBudgetsBody, CostOverridesBody } from '#lib/contract/index.ts'
import { apiUrl, sendJson } from '../data/index.ts'

/** A command about cost; every figure is asked for again after it. */
function useCommand<Body>(send: (body: Body) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: () => client.invalidateQueries({ queryKey: ['cost'] }),
  })
}

/** Lays overrides over the price list and withdraws others. */
export const useChangeOverrides = () =>
  useCommand((body: CostOverridesBody) => sendJson('PUT', apiUrl('cost/overrides'), body))

/** Sets budgets and takes others back. */
export const useChangeBudgets = () =>
  useCommand((body: CostBudgetsBody) => sendJson('PUT', apiUrl('cost/budgets'), body))

/** Notes a decision about a circuit. */
export const useDecide = () =>
  useCommand((body: { circuitId: string; decided: string; why: string }) =>
    sendJson('POST', apiUrl('cost/decisions'), body),
  )

/** Notes what came of a decision. */
export const useNoteOutcome = () =>
  useCommand(({ id, outcome }: { id: string; outcome: string }) =>
    sendJson('PUT', apiUrl(`cost/decisions/${encodeURIComponent(id)}`), { outcome }),
  )
