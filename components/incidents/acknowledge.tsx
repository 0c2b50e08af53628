import { type FormEvent, useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { useAcknowledgeIncident } from './use-incident-command.ts'

/**
 * Shows the user who acknowledged an incident, or a form to acknowledge it with a note. (The page head has a button to
 * acknowledge without a note.)
 */
export function IncidentAcknowledgement({ incident }: { incident: Incident }) {
  const [writes, setWrites] = useState(false)
  const { acknowledged, state } = incident
  const isNow = useSelectedPastMoment() === null
  return (
    <>
      {acknowledged ? (
        <p>
          <strong className="font-semibold">{acknowledged.by}</strong>, <MomentText at={acknowledged.at} />
          {acknowledged.note && <q className="ml-1 text-ink-2">{acknowledged.note}</q>}
        </p>
      ) : (
        <p className="text-ink-2">{state === 'closed' ? 'not acknowledged' : 'not yet'}</p>
      )}
      {isNow && state === 'open' && (
        <DisableControlsWithoutRight right="acknowledge" isSmall>
          {writes ? (
            <AcknowledgeForm id={incident.id} onDone={() => setWrites(false)} />
          ) : (
            <Button variant="quiet" className="-ml-2 print:hidden" onClick={() => setWrites(true)}>
              {acknowledged ? 'Again, with a note' : 'With a note'}
            </Button>
          )}
        </DisableControlsWithoutRight>
      )}
    </>
  )
}

function AcknowledgeForm({ id, onDone }: { id: string; onDone: () => void }) {
  const [note, setNote] = useState('')
  const acknowledge = useAcknowledgeIncident(id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    acknowledge.mutate({ note }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2 print:hidden">
      <TextField
        label="Note (optional)"
        className="w-full"
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button type="submit" disabled={acknowledge.isPending}>
        Acknowledge
      </Button>
      <SaveErrorText why={acknowledge.error} />
    </form>
  )
}
