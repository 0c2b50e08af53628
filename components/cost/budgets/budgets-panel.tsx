import type { BudgetStatus, CostReviewWithSummary, CostProjection, CostBudgetsResponse } from '#lib/cost/api/index.ts'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { useEndpointQuery } from '../../data/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { formatCostPercentiles, formatMoneyChange, formatMoney } from '../money-text.ts'
import { plainTableCellClass, PlainTable, plainTableRowClass } from '../plain-table.tsx'
import { useForm } from 'react-hook-form'
import { FormSelect, FormText, OneLineForm } from '../../schema-form/bound-fields.tsx'
import { createLazyResolver } from '../../schema-form/form-validation.ts'
import { emptyBudgetDraft } from './budget-draft.ts'
import { useChangeBudgets } from '../use-cost-commands.ts'
import { SaveErrorText } from '../../schema-form/save-error-text.tsx'
import { Button } from '../../ui/button.tsx'
import { EntryAuthorAndReason } from '../review/statement-signature.tsx'

const stateLabels: Record<BudgetStatus['state'], string> = {
  within: 'within',
  likely_over: 'likely over',
  over: 'over',
  unknown: 'unknown',
}

/**
 * Shows the budgets with their owners and this month's forecast. While the week of the review is still open, the user
 * can also set budgets.
 */
export function BudgetsPanel({ review }: { review: CostReviewWithSummary }) {
  const { budgets, projections, closedAt } = review
  return (
    <Panel id="budgets" title="Budgets" note={budgetsNote(budgets)} flush>
      <BudgetsTable budgets={budgets} />
      {closedAt === null && (
        <div className="p-3.5">
          {budgets.length === 0 && (
            <p className="mb-3 text-ink-2">Set one to be alerted when a month is forecast to exceed it.</p>
          )}
          <BudgetSettings circuits={projections.circuits} />
        </div>
      )}
    </Panel>
  )
}

/** Table that compares each budget with this month's forecast; null if there are no budgets. */
export function BudgetsTable({ budgets }: { budgets: readonly BudgetStatus[] }) {
  if (budgets.length === 0) return null
  return (
    <PlainTable
      caption="Budgets"
      head={['Budget', 'Per month', 'This month', 'Forecast vs. budget', 'Status']}
      right={['Per month', 'This month', 'Forecast vs. budget']}
      className="min-w-[40rem]"
    >
      {budgets.map((standing) => (
        <Standing key={standing.id} standing={standing} />
      ))}
    </PlainTable>
  )
}

function budgetsNote(budgets: readonly BudgetStatus[]): string {
  const exceeded = budgets.filter(({ state }) => state === 'over' || state === 'likely_over').length
  if (budgets.length === 0) return 'none set'
  return `${formatCountWithPlural(budgets.length, 'budget')}${exceeded > 0 ? `, ${exceeded} over or likely over` : ''}`
}

function Standing({ standing }: { standing: BudgetStatus }) {
  const { name, owner, customer, circuitIds, budget, projected, variance, state } = standing
  const nameOf = useCustomerName()
  return (
    <tr className={plainTableRowClass}>
      <th scope="row" className={`${plainTableCellClass} font-medium`}>
        {name}
        <span className="block text-xs font-normal break-words text-ink-3">
          {owner}; {customer === null ? `${circuitIds.length} named` : `all of ${nameOf(customer)}`}
        </span>
      </th>
      <td className={`${plainTableCellClass} text-right whitespace-nowrap`}>{formatMoney(budget)}</td>
      <td className={`${plainTableCellClass} text-right`}>
        {projected ? formatCostPercentiles(projected) : 'no price in that currency'}
      </td>
      <td className={`${plainTableCellClass} text-right whitespace-nowrap`}>
        {variance ? formatMoneyChange(variance) : '–'}
      </td>
      <td className={`${plainTableCellClass} font-semibold whitespace-nowrap`}>{stateLabels[state]}</td>
    </tr>
  )
}

function BudgetSettings({ circuits }: { circuits: CostReviewWithSummary['projections']['circuits'] }) {
  const query = useEndpointQuery('cost/budgets')
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={1} />}>
      {({ data: { version, budgets } }) => (
        <>
          <DisableControlsWithoutRight right="decide_cost">
            <BudgetForm circuits={circuits} version={version} />
          </DisableControlsWithoutRight>
          <DisableControlsWithoutRight right="decide_cost" isSmall>
            <BudgetHistory budgets={budgets} version={version} />
          </DisableControlsWithoutRight>
        </>
      )}
    </QueryStateView>
  )
}

/**
 * Returns a function that converts a customer's ID to the customer's name, or returns the ID while the name is unknown.
 */
function useCustomerName(): (customer: string) => string {
  const known = useEndpointQuery('cost/tco', { months: 1 }).data?.data.perCustomer ?? []
  return (customer) => known.find((one) => one.customer === customer)?.name ?? customer
}

const texts: { field: 'name' | 'owner' | 'amount' | 'currency' | 'why'; label: string; width: string }[] = [
  { field: 'name', label: 'Name', width: 'w-40' },
  { field: 'owner', label: 'Owner', width: 'w-48' },
  { field: 'amount', label: 'Per month', width: 'w-28' },
  { field: 'currency', label: 'Currency', width: 'w-20' },
  { field: 'why', label: 'Reason', width: 'w-56' },
]

/** Form that sets a budget for a circuit or for all circuits of a customer. */
function BudgetForm({ circuits, version }: { circuits: readonly CostProjection[]; version: number }) {
  const change = useChangeBudgets()
  const form = useForm({
    defaultValues: emptyBudgetDraft,
    resolver: createLazyResolver(async () => {
      const { validateBudgetForm } = await import('./read-budget.ts')
      return (draft) => validateBudgetForm(draft, version)
    }),
  })
  const submit = form.handleSubmit((body) => change.mutate(body, { onSuccess: () => form.reset() }))
  return (
    <OneLineForm label="New budget" form={form} saving={change} onSubmit={submit} action="Set budget">
      <FormSelect form={form} name="target" label="For" className="w-56" options={useTargets(circuits)} />
      {texts.map(({ field, label, width }) => (
        <FormText key={field} form={form} name={field} label={label} className={width} />
      ))}
    </OneLineForm>
  )
}

/** Returns the choices for the target of a new budget: each circuit, and all circuits of each customer. */
function useTargets(circuits: readonly CostProjection[]) {
  const customers = useEndpointQuery('cost/tco', { months: 1 }).data?.data.perCustomer ?? []
  return [
    { value: '', label: 'choose' },
    ...circuits.map(({ circuitId, name }) => ({ value: `circuit:${circuitId}`, label: name })),
    ...customers
      .filter(({ customer }) => customer !== 'unallocated')
      .map(({ customer, name }) => ({ value: `customer:${customer}`, label: `all of ${name ?? customer}` })),
  ]
}

/** Lists every budget that was ever set, with author, time and reason. */
function BudgetHistory({ budgets, version }: { budgets: CostBudgetsResponse['budgets']; version: number }) {
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
              <EntryAuthorAndReason statement={entry} />
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
      <SaveErrorText why={change.error} />
    </details>
  )
}
