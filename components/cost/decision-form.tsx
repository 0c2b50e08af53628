'use client'

import { useForm } from 'react-hook-form'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { Button } from '../ui/button.tsx'
import { FormFault, FormSelect, FormText } from '../ui/form/fields.tsx'
import { lateResolverOf } from '../ui/form/read.ts'
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
    <form
      onSubmit={submit}
      noValidate
      className="flex flex-wrap items-start gap-2 print:hidden"
      aria-label="New decision"
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
      <Button type="submit" disabled={decide.isPending} className="mt-5">
        Log decision
      </Button>
      <FormFault form={form} error={decide.error} />
    </form>
  )
}
