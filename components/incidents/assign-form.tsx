import { type FormEvent, useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { useCurrentUser, useHasRight } from '../access/caller.tsx'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { useAssignIncident } from './use-incident-command.ts'

interface Assigning {
  incident: Pick<Incident, 'id' | 'assigned'>
  onDone: () => void
}

/**
 * Form that assigns an incident to the current user, to a name from a list or to any other name, or removes the
 * assignment.
 */
export function AssignIncidentForm(props: Assigning) {
  // The list of names is requested only if the user has the right `acknowledge`. Without this right, the API would
  // refuse the request.
  if (useHasRight('acknowledge')) return <Choices {...props} />
  return (
    <DisableControlsWithoutRight right="acknowledge">
      <Button>Assign</Button>
    </DisableControlsWithoutRight>
  )
}

function Choices({ incident: { id, assigned }, onDone }: Assigning) {
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const me = useCurrentUser()?.name
  const known = useEndpointQuery('incidents/assignees').data?.data ?? []
  const others = known.filter((one) => one.name !== me)
  const assign = useAssignIncident(id)
  const to = (assignee: string | null) => assign.mutate({ assignee, note }, { onSuccess: onDone })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') to(name.trim())
  }
  return (
    <form onSubmit={submit} className="grid gap-2">
      <div className="-m-1 flex max-h-32 flex-wrap gap-1.5 overflow-y-auto p-1">
        {me !== undefined && (
          <Button variant="strong" disabled={assign.isPending || assigned?.assignee === me} onClick={() => to(me)}>
            Me
          </Button>
        )}
        {others.map((one) => (
          <Button
            key={one.name}
            className="max-w-full"
            disabled={assign.isPending || assigned?.assignee === one.name}
            onClick={() => to(one.name)}
          >
            <span className="truncate">{one.name}</span>
          </Button>
        ))}
        {assigned && (
          <Button variant="quiet" disabled={assign.isPending} onClick={() => to(null)}>
            Nobody
          </Button>
        )}
      </div>
      <div className="flex items-end gap-2">
        <TextField
          label="Other name"
          className="flex-1"
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={assign.isPending || name.trim() === ''}>
          Assign
        </Button>
      </div>
      <TextField
        label="Note (optional)"
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <SaveErrorText why={assign.error} />
    </form>
  )
}
