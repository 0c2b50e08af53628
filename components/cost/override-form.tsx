'use client'

import { type FormEvent, useState } from 'react'
import type { CostProjection } from '#lib/contract/index.ts'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import {
  type Draft,
  type DraftField,
  type DraftKind,
  emptyDraft,
  kindFields,
  overrideKinds,
  overrideOf,
  zones,
  unlistedMeters,
} from './override-draft.ts'
import { Refusal } from './refusal.tsx'
import { useChangeOverrides } from './use-cost-commands.ts'

/** Adds a price override: kind, circuits, validity and reason. */
export function OverrideForm({ circuits, version }: { circuits: readonly CostProjection[]; version: number }) {
  const change = useChangeOverrides()
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  const [fault, setFault] = useState<string | null>(null)
  const set = (field: Partial<Draft>) => {
    setFault(null)
    setDraft((before) => ({ ...before, ...field }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const drafted = overrideOf(draft)
    setFault(drafted.ok ? null : drafted.fault)
    if (!drafted.ok) return
    const body = { version, add: [drafted.override], withdraw: [], why: draft.why }
    change.mutate(body, { onSuccess: () => setDraft(emptyDraft) })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-end gap-2" aria-label="New override">
      <SelectField
        label="Kind"
        className="w-52"
        options={[...overrideKinds]}
        value={draft.kind}
        onChange={({ target }) => set({ kind: target.value as DraftKind })}
      />
      <SelectField
        label="For"
        className="w-44"
        options={[
          { value: '', label: 'all circuits' },
          ...circuits.map((one) => ({ value: one.circuitId, label: one.name })),
        ]}
        value={draft.circuitId}
        onChange={({ target }) => set({ circuitId: target.value })}
      />
      {kindFields[draft.kind].map(({ field, label }) => (
        <KindField key={field} field={field} label={label} value={draft[field]} set={set} />
      ))}
      <datalist id="cost-meters">
        {metersOf(circuits).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TextField
        label="From (UTC, optional)"
        type="date"
        className="w-36"
        value={draft.from}
        onChange={({ target }) => set({ from: target.value })}
      />
      <TextField
        label="Until (optional)"
        type="date"
        className="w-36"
        value={draft.until}
        onChange={({ target }) => set({ until: target.value })}
      />
      <TextField
        label="Reason"
        className="w-64"
        maxLength={500}
        value={draft.why}
        onChange={({ target }) => set({ why: target.value })}
      />
      <Button type="submit" disabled={change.isPending}>
        Add override
      </Button>
      <Refusal error={change.error} fault={fault} />
    </form>
  )
}

function KindField({
  field,
  label,
  value,
  set,
}: {
  field: DraftField
  label: string
  value: string
  set: (field: Partial<Draft>) => void
}) {
  return field === 'zone' ? (
    <SelectField
      label={label}
      className="w-36"
      options={zones.map((zone) => ({ value: zone, label: zone }))}
      value={value}
      onChange={({ target }) => set({ zone: target.value })}
    />
  ) : (
    <TextField
      label={label}
      className={field === 'meterName' || field === 'customer' ? 'w-64' : 'w-36'}
      list={field === 'meterName' ? 'cost-meters' : undefined}
      value={value}
      onChange={({ target }) => set({ [field]: target.value })}
    />
  )
}

const metersOf = (circuits: readonly CostProjection[]): string[] => [
  ...new Set([...circuits.flatMap(({ lines }) => lines.map(({ meter }) => meter)), ...unlistedMeters]),
]
