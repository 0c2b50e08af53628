'use client'

import { useForm } from 'react-hook-form'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { useEndpoint } from '../../data/index.ts'
import { FormSelect, FormText, LineForm } from '../../schema-form/bound-fields.tsx'
import { lateResolverOf } from '../../schema-form/read.ts'
import { emptyBudget } from './budget-draft.ts'
import { useChangeBudgets } from '../use-cost-commands.ts'

const texts: { field: 'name' | 'owner' | 'amount' | 'currency' | 'why'; label: string; width: string }[] = [
  { field: 'name', label: 'Name', width: 'w-40' },
  { field: 'owner', label: 'Owner', width: 'w-48' },
  { field: 'amount', label: 'Per month', width: 'w-28' },
  { field: 'currency', label: 'Currency', width: 'w-20' },
  { field: 'why', label: 'Reason', width: 'w-56' },
]

/** Sets a budget for a circuit or for all circuits of a customer. */
export function BudgetForm({ circuits, version }: { circuits: readonly CostProjection[]; version: number }) {
  const change = useChangeBudgets()
  const form = useForm({
    defaultValues: emptyBudget,
    resolver: lateResolverOf(async () => {
      const { readBudget } = await import('./read-budget.ts')
      return (draft) => readBudget(draft, version)
    }),
  })
  const submit = form.handleSubmit((body) => change.mutate(body, { onSuccess: () => form.reset() }))
  return (
    <LineForm label="New budget" form={form} saving={change} onSubmit={submit} action="Set budget">
      <FormSelect form={form} name="target" label="For" className="w-56" options={useTargets(circuits)} />
      {texts.map(({ field, label, width }) => (
        <FormText key={field} form={form} name={field} label={label} className={width} />
      ))}
    </LineForm>
  )
}

/** Circuits, and the customers in the total cost of ownership. */
function useTargets(circuits: readonly CostProjection[]) {
  const customers = useEndpoint('cost/tco', { months: 1 }).data?.data.perCustomer ?? []
  return [
    { value: '', label: 'choose' },
    ...circuits.map(({ circuitId, name }) => ({ value: `circuit:${circuitId}`, label: name })),
    ...customers
      .filter(({ customer }) => customer !== 'unallocated')
      .map(({ customer, name }) => ({ value: `customer:${customer}`, label: `all of ${name ?? customer}` })),
  ]
}
