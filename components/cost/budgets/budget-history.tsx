'use client'

import type { CostBudgetsAnswer } from '#lib/cost/api/index.ts'
import { NotSaved } from '../../schema-form/not-saved.tsx'
import { Button } from '../../ui/button.tsx'
import { formatMoney } from '../money-words.ts'
import { Signature } from '../review/signature.tsx'
import { useChangeBudgets } from '../use-cost-commands.ts'

/** Every budget ever set, with author, time and reason. */
export function BudgetHistory({ budgets, version }: { budgets: CostBudgetsAnswer['budgets']; version: number }) {
  const change = useChangeBudgets()
  if (budgets.length === 0) return null
  return (
    <details className="mt-3">
      <summary className="cursor-pointer text-xs font-medium text-ink-2">Budget history</summary>
      <ul className="mt-2 space-y-2" aria-label="Budget history">
        {budgets.map((entry) => {
          const { id, budget, withdrawn } = entry
          return (
            <li key={id} className={withdrawn ? 'text-ink-3' : undefined}>
              <span className={withdrawn ? 'line-through' : 'font-medium'}>{budget.name}</span>: {formatMoney(budget)} a
              month, {budget.owner}
              <Signature statement={entry} />
              {!withdrawn && (
                <Button
                  variant="quiet"
                  aria-label={`Withdraw the budget ${budget.name}`}
                  disabled={change.isPending}
                  onClick={() => change.mutate({ version, set: [], withdraw: [id], why: 'withdrawn on the cost page' })}
                >
                  Withdraw
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      <NotSaved why={change.error} />
    </details>
  )
}
