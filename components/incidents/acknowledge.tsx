'use client'

import { type FormEvent, useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { Needs } from '../access/needs.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { NotSaved } from '../schema-form/not-saved.tsx'
import { Moment } from '../ui/times/time.tsx'
import { useAcknowledge } from './use-incident-command.ts'

/** The acknowledgement of an incident, or the form to acknowledge it. */
export function Acknowledge({ incident }: { incident: Incident }) {
  const [again, setAgain] = useState(false)
  const { acknowledged, state } = incident
  if (acknowledged && !again) {
    return (
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <p>
          Acknowledged by <strong className="font-semibold">{acknowledged.by}</strong> at{' '}
          <Moment at={acknowledged.at} />
          {acknowledged.note && <q className="ml-1 text-ink-2">{acknowledged.note}</q>}
        </p>
        {state === 'open' && (
          <Needs right="acknowledge" isSmall>
            <Button variant="quiet" className="print:hidden" onClick={() => setAgain(true)}>
              Re-acknowledge
            </Button>
          </Needs>
        )}
      </div>
    )
  }
  if (state === 'closed') return <p className="text-ink-2">Not acknowledged.</p>
  return (
    <>
      <Needs right="acknowledge">
        <AcknowledgeForm id={incident.id} onDone={() => setAgain(false)} />
      </Needs>
      <p className="hidden print:block">{acknowledged ? `By ${acknowledged.by}.` : 'By nobody yet.'}</p>
    </>
  )
}

function AcknowledgeForm({ id, onDone }: { id: string; onDone: () => void }) {
  const [note, setNote] = useState('')
  const acknowledge = useAcknowledge(id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    acknowledge.mutate({ note }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2 print:hidden">
      <TextField
        label="Note (optional)"
        className="w-full sm:w-80"
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button data-key="a" type="submit" variant="strong" disabled={acknowledge.isPending}>
        Acknowledge
      </Button>
      <NotSaved why={acknowledge.error} />
    </form>
  )
}
