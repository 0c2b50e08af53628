import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { type FormEvent, useState } from 'react'
import type { CostOverride, CostProjection } from '#lib/cost/api/index.ts'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { useEndpointQuery } from '../../data/index.ts'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SaveErrorText } from '../../schema-form/save-error-text.tsx'
import {
  formatCostOverride,
  emptyOverrideDraft,
  overrideKindFields,
  overrideKinds,
  unlistedMeters,
  priceZones,
} from './override-draft.ts'
import { ProvenDiscountOffer, DiscountEvidenceList } from '../discount-offer.tsx'
import { EntryAuthorAndReason } from '../review/statement-signature.tsx'
import { useChangeOverrides } from '../use-cost-commands.ts'
import { useForm, useWatch } from 'react-hook-form'
import { FormDayField } from '../../schema-form/day-field.tsx'
import { FormSelect, FormText, OneLineForm } from '../../schema-form/bound-fields.tsx'
import { createLazyResolver } from '../../schema-form/form-validation.ts'

/**
 * Lists the price overrides (negotiated prices, discounts and charges) with author, time and reason. Withdrawn
 * overrides stay in the list.
 */
export function OverridesPanel({ circuits }: { circuits: readonly CostProjection[] }) {
  return (
    <Panel
      id="overrides"
      title="Price overrides"
      note="negotiated prices, discounts and charges, an append-only audit log"
    >
      <ProvenDiscountOffer isReasonShown />
      <Overrides circuits={circuits} />
    </Panel>
  )
}

function Overrides({ circuits }: { circuits: readonly CostProjection[] }) {
  const query = useEndpointQuery('cost/overrides')
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={2} />}>
      {({ data: { version, overrides } }) => (
        <>
          {overrides.length > 0 ? (
            <ul className="mb-3 space-y-2" aria-label="Overrides">
              {overrides.map((one) => (
                <Entry key={one.id} entry={one} circuits={circuits} version={version} />
              ))}
            </ul>
          ) : (
            <p className="mb-3 text-ink-2">No overrides: all figures are list prices.</p>
          )}
          <DisableControlsWithoutRight right="decide_cost">
            <OverrideForm circuits={circuits} version={version} />
          </DisableControlsWithoutRight>
        </>
      )}
    </QueryStateView>
  )
}

function Entry({
  entry,
  circuits,
  version,
}: {
  entry: CostOverride
  circuits: readonly CostProjection[]
  version: number
}) {
  const { id, override, withdrawn } = entry
  const names = override.circuitIds?.map((one) => circuits.find(({ circuitId }) => circuitId === one)?.name ?? one)
  const words = formatCostOverride(override)
  return (
    <li className={withdrawn ? 'text-ink-3' : undefined}>
      <span className={withdrawn ? 'line-through' : 'font-medium'}>{words}</span>, {names?.join(', ') ?? 'all circuits'}
      {override.from && `, from ${formatUtcDay(override.from)}`}
      {override.until && `, until ${formatUtcDay(override.until)}`}
      <EntryAuthorAndReason statement={entry} />
      {override.kind === 'discount' && override.evidence && (
        <DiscountEvidenceList evidence={override.evidence} currency={override.evidence.list.currency} />
      )}
      {!withdrawn && (
        <DisableControlsWithoutRight right="decide_cost" isSmall>
          <Withdrawal id={id} words={words} version={version} />
        </DisableControlsWithoutRight>
      )}
    </li>
  )
}

/**
 * Moves the focus to the field for the reason when the field appears, because its form replaces the button that had the
 * focus.
 */
const focused = (input: HTMLInputElement | null) => input?.focus()

/** Button and form that withdraw an override. A reason is required, as for adding an override. */
function Withdrawal({ id, words, version }: { id: string; words: string; version: number }) {
  const change = useChangeOverrides()
  const [why, setWhy] = useState<string | null>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (why?.trim()) change.mutate({ version, add: [], withdraw: [id], why })
  }
  if (why === null) {
    return (
      <Button variant="quiet" aria-label={`Withdraw ${words}`} onClick={() => setWhy('')}>
        Withdraw
      </Button>
    )
  }
  return (
    <form onSubmit={submit} className="mt-1 flex flex-wrap items-end gap-2" aria-label={`Withdraw ${words}`}>
      <TextField
        label="Reason"
        className="w-56"
        maxLength={500}
        ref={focused}
        value={why}
        onChange={({ target }) => setWhy(target.value)}
      />
      <Button type="submit" disabled={change.isPending || why.trim() === ''}>
        Withdraw
      </Button>
      <Button variant="quiet" onClick={() => setWhy(null)}>
        Cancel
      </Button>
      <SaveErrorText why={change.error} />
    </form>
  )
}

/** Form that adds a price override. Its fields depend on the kind of override. */
function OverrideForm({ circuits, version }: { circuits: readonly CostProjection[]; version: number }) {
  const change = useChangeOverrides()
  const form = useForm({
    defaultValues: emptyOverrideDraft,
    resolver: createLazyResolver(async () => {
      const { validateOverrideForm } = await import('./read-override.ts')
      return (draft) => validateOverrideForm(draft, version)
    }),
  })
  const kind = useWatch({ control: form.control, name: 'kind' })
  const submit = form.handleSubmit((body) => change.mutate(body, { onSuccess: () => form.reset() }))
  return (
    <OneLineForm label="New override" form={form} saving={change} onSubmit={submit} action="Add override">
      <FormSelect form={form} name="kind" label="Kind" className="w-60" options={[...overrideKinds]} />
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
            options={priceZones.map((zone) => ({ value: zone, label: zone }))}
          />
        ) : field === 'contractEnds' ? (
          <FormDayField key={field} form={form} name={field} label={label} className="w-64" />
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
      <FormDayField form={form} name="from" label="From (UTC, optional)" className="w-36" />
      <FormDayField form={form} name="until" label="Until (optional)" className="w-36" />
      <FormText form={form} name="why" label="Reason" className="w-64" maxLength={500} />
    </OneLineForm>
  )
}

const metersOf = (circuits: readonly CostProjection[]): string[] => [
  ...new Set([...circuits.flatMap(({ lines }) => lines.map(({ meter }) => meter)), ...unlistedMeters]),
]
