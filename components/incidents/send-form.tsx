import { useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { useHasRight } from '../access/caller.tsx'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { useToast } from '../ui/toast.tsx'
import { useSendIncident } from './use-incident-command.ts'

interface Sending {
  incident: Pick<Incident, 'id' | 'state'>
  onDone: () => void
}

/** Form that sends an incident to one of the notification channels. */
export function SendIncidentForm(props: Sending) {
  // The list of channels is requested only if the user has the right `acknowledge`. Without this right, the API would
  // refuse the request.
  if (useHasRight('acknowledge')) return <Channels {...props} />
  return (
    <DisableControlsWithoutRight right="acknowledge">
      <Button>Send</Button>
    </DisableControlsWithoutRight>
  )
}

function Channels({ incident: { id, state }, onDone }: Sending) {
  const notify = useToast()
  const [note, setNote] = useState('')
  const channels = useEndpointQuery('incidents/recipients')
  const mayAdd = useHasRight('channels')
  const send = useSendIncident(id)
  if (!channels.data) return <span className="skeleton block h-7 w-40" />
  if (channels.data.data.length === 0)
    return (
      <div>
        <Button disabled>Send</Button>
        <p className="mt-1.5 text-xs text-ink-2">
          No channel that you may use is set up.{' '}
          {mayAdd ? (
            <PageLink href="/settings/notifications" className="link">
              Settings, notifications
            </PageLink>
          ) : (
            'An admin adds them in the settings.'
          )}
        </p>
      </div>
    )
  return (
    <div className="grid gap-2">
      <div className="-m-1 flex max-h-32 flex-wrap gap-1.5 overflow-y-auto p-1">
        {channels.data.data.map((channel) => {
          const isTooLate = channel.keepsOpen && state === 'closed'
          return (
            <Button
              key={channel.id}
              className="max-w-full"
              disabled={send.isPending || isTooLate}
              title={isTooLate ? 'It keeps incidents open: closed ones are not sent there.' : undefined}
              aria-label={`Send to ${channel.name}`}
              onClick={() =>
                send.mutate(
                  { channelId: channel.id, note },
                  {
                    onSuccess: () => {
                      notify({ tone: 'up', title: `Queued for ${channel.name}` })
                      onDone()
                    },
                  },
                )
              }
            >
              <span className="truncate">{channel.name}</span>
            </Button>
          )
        })}
      </div>
      <TextField
        label="Note in the message (optional)"
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <SaveErrorText why={send.error} />
    </div>
  )
}
