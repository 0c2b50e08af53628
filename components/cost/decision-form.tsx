'use client'

import { type FormEvent, useState } from 'react'
import type { CostProjection } from '#lib/contract/index.ts'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Refusal } from './refusal.tsx'
import { useDecide } from './use-cost-commands.ts'

/** Logs a decision about a circuit with its reason. */
export function DecisionForm({ circuits }: { circuits: readonly CostProjection[] }) {
  const decide = useDecide()
  const [circuitId, setCircuit] = useState(circuits[0]?.circuitId ?? '')
  const [decided, setDecided] = useState('')
  const [why, setWhy] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const clear = () => {
      setDecided('')
      setWhy('')
    }
    decide.mutate({ circuitId, decided, why }, { onSuccess: clear })
  }
  const isReady = decided.trim() !== '' && why.trim() !== ''
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2 print:hidden" aria-label="New decision">
      <SelectField
        label="Circuit"
        className="w-48"
        options={circuits.map((one) => ({ value: one.circuitId, label: one.name }))}
        value={circuitId}
        onChange={({ target }) => setCircuit(target.value)}
      />
      <TextField
        label="Decision"
        className="w-56"
        maxLength={500}
        value={decided}
        onChange={({ target }) => setDecided(target.value)}
      />
      <TextField
        label="Reason"
        className="w-72"
        maxLength={1_000}
        value={why}
        onChange={({ target }) => setWhy(target.value)}
      />
      <Button type="submit" disabled={decide.isPending || !isReady}>
        Log decision
      </Button>
      <Refusal error={decide.error} />
    </form>
  )
}
