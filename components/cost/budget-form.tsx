'use client'

import { type FormEvent, useState } from 'react'
import type { CostProjection } from '#lib/contract/index.ts'
import { useEndpoint } from '../data/index.ts'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { type BudgetDraft, budgetOf, emptyBudget } from './budget-draft.ts'
import { Refusal } from './refusal.tsx'
import { useChangeBudgets } from './use-cost-commands.ts'

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
  const [draft, setDraft] = useState<BudgetDraft>(emptyBudget)
  const [fault, setFault] = useState<string | null>(null)
  const set = (part: Partial<BudgetDraft>) => {
    setFault(null)
    setDraft((before) => ({ ...before, ...part }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const drafted = budgetOf(draft)
    setFault(drafted.ok ? null : drafted.fault)
    if (!drafted.ok) return
    const body = { version, set: [drafted.budget], withdraw: [], why: draft.why }
    change.mutate(body, { onSuccess: () => setDraft(emptyBudget) })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-end gap-2" aria-label="New budget">
      <SelectField
        label="For"
        className="w-56"
        options={useTargets(circuits)}
        value={draft.target}
        onChange={({ target }) => set({ target: target.value })}
      />
      {texts.map(({ field, label, width }) => (
        <TextField
          key={field}
          label={label}
          className={width}
          value={draft[field]}
          onChange={({ target }) => set({ [field]: target.value })}
        />
      ))}
      <Button type="submit" disabled={change.isPending}>
        Set budget
      </Button>
      <Refusal error={change.error} fault={fault} />
    </form>
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
