'use client'

import { useForm } from 'react-hook-form'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { FormSelect, FormText, LineForm } from '../ui/schema-form/bound-fields.tsx'
import { lateResolverOf } from '../ui/schema-form/read.ts'
import { useDecide } from './use-cost-commands.ts'

/** Logs a decision about a circuit with its reason. */
export function DecisionForm({ circuits }: { circuits: readonly CostProjection[] }) {
  const decide = useDecide()
  const form = useForm({
    defaultValues: { circuitId: circuits[0]?.circuitId ?? '', decided: '', why: '' },
    resolver: lateResolverOf(() => import('./read-decision.ts').then(({ readDecision }) => readDecision)),
  })
  const submit = form.handleSubmit((body) =>
    decide.mutate(body, { onSuccess: () => form.reset({ ...form.getValues(), decided: '', why: '' }) }),
  )
  return (
    <LineForm
      label="New decision"
      form={form}
      saving={decide}
      onSubmit={submit}
      action="Log decision"
      className="print:hidden"
    >
      <FormSelect
        form={form}
        name="circuitId"
        label="Circuit"
        className="w-48"
        options={circuits.map((one) => ({ value: one.circuitId, label: one.name }))}
      />
      <FormText form={form} name="decided" label="Decision" className="w-56" maxLength={500} />
      <FormText form={form} name="why" label="Reason" className="w-72" maxLength={1_000} />
    </LineForm>
  )
}
