import { useForm, useWatch } from 'react-hook-form'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { FormDay } from '../../schema-form/day-field.tsx'
import { FormSelect, FormText, LineForm } from '../../schema-form/bound-fields.tsx'
import { lateResolverOf } from '../../schema-form/read.ts'
import { emptyDraft, overrideKindFields, overrideKinds, unlistedMeters, zones } from './override-draft.ts'
import { useChangeOverrides } from '../use-cost-commands.ts'

/** Adds a price override: kind, circuits, validity and reason. */
export function OverrideForm({ circuits, version }: { circuits: readonly CostProjection[]; version: number }) {
  const change = useChangeOverrides()
  const form = useForm({
    defaultValues: emptyDraft,
    resolver: lateResolverOf(async () => {
      const { readOverride } = await import('./read-override.ts')
      return (draft) => readOverride(draft, version)
    }),
  })
  const kind = useWatch({ control: form.control, name: 'kind' })
  const submit = form.handleSubmit((body) => change.mutate(body, { onSuccess: () => form.reset() }))
  return (
    <LineForm label="New override" form={form} saving={change} onSubmit={submit} action="Add override">
      <FormSelect form={form} name="kind" label="Kind" className="w-52" options={[...overrideKinds]} />
      <FormSelect
        form={form}
        name="circuitId"
        label="For"
        className="w-44"
        options={[
          { value: '', label: 'all circuits' },
          ...circuits.map((one) => ({ value: one.circuitId, label: one.name })),
        ]}
      />
      {overrideKindFields[kind].map(({ field, label }) =>
        field === 'zone' ? (
          <FormSelect
            key={field}
            form={form}
            name={field}
            label={label}
            className="w-36"
            options={zones.map((zone) => ({ value: zone, label: zone }))}
          />
        ) : field === 'contractEnds' ? (
          <FormDay key={field} form={form} name={field} label={label} className="w-64" />
        ) : (
          <FormText
            key={field}
            form={form}
            name={field}
            label={label}
            className={field === 'meterName' || field === 'customer' ? 'w-64' : 'w-36'}
            list={field === 'meterName' ? 'cost-meters' : undefined}
          />
        ),
      )}
      <datalist id="cost-meters">
        {metersOf(circuits).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <FormDay form={form} name="from" label="From (UTC, optional)" className="w-36" />
      <FormDay form={form} name="until" label="Until (optional)" className="w-36" />
      <FormText form={form} name="why" label="Reason" className="w-64" maxLength={500} />
    </LineForm>
  )
}

const metersOf = (circuits: readonly CostProjection[]): string[] => [
  ...new Set([...circuits.flatMap(({ lines }) => lines.map(({ meter }) => meter)), ...unlistedMeters]),
]
