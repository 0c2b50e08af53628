import type { ReactNode } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { Button } from '../ui/button.tsx'
import type { ControlledPanelProps } from '../ui/overlay/panel-props.ts'
import PopoverPanel from '../ui/overlay/popover-panel.tsx'
import { AssignIncidentForm } from './assign-form.tsx'
import { CopyIncidentLink } from './copy-incident-link.tsx'
import { SendIncidentForm } from './send-form.tsx'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { useSnoozeIncident } from './use-incident-command.ts'

export interface IncidentActionsProps extends ControlledPanelProps {
  incident: Incident
}

/**
 * Panel with the actions on an incident: assign it, snooze it, send it to a channel, and copy its link. On pages that
 * show the past, only the link can be copied.
 */
export default function IncidentActions({ incident, ...panel }: IncidentActionsProps) {
  const close = () => panel.turn(false)
  const isNow = useSelectedPastMoment() === null
  const isOpen = isNow && incident.state === 'open'
  return (
    <PopoverPanel
      {...panel}
      label={`Actions for ${formatIncidentTitle(incident)}`}
      className="grid max-h-(--radix-popover-content-available-height) w-[min(20rem,calc(100vw-1rem))] gap-4 overflow-y-auto"
    >
      {isOpen && (
        <Part title="Assign">
          <AssignIncidentForm incident={incident} onDone={close} />
        </Part>
      )}
      {isOpen && (
        <Part title="Snooze reminders">
          <SnoozeForm incident={incident} onDone={close} />
        </Part>
      )}
      {isNow && (
        <Part title="Send to">
          <SendIncidentForm incident={incident} onDone={close} />
        </Part>
      )}
      <CopyIncidentLink id={incident.id} />
    </PopoverPanel>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 text-xs font-semibold">{title}</h3>
      {children}
    </section>
  )
}

const lengths = [
  { minutes: 30, name: '30 min' },
  { minutes: 60, name: '1 h' },
  { minutes: 240, name: '4 h' },
  { minutes: 1440, name: '24 h' },
]

/**
 * Form that snoozes an incident: reminders and escalations are muted for a time. Users are still notified of a higher
 * severity, the end of the incident and the end of the snooze.
 */
function SnoozeForm({ incident: { id, snoozed }, onDone }: { incident: Incident; onDone: () => void }) {
  const snooze = useSnoozeIncident(id)
  const forMinutes = (minutes: number) => snooze.mutate({ minutes, note: '' }, { onSuccess: onDone })
  return (
    <DisableControlsWithoutRight right="acknowledge">
      <div className="flex flex-wrap items-center gap-1.5">
        {lengths.map(({ minutes, name }) => (
          <Button key={name} disabled={snooze.isPending} onClick={() => forMinutes(minutes)}>
            {name}
          </Button>
        ))}
        {snoozed && (
          <Button variant="quiet" disabled={snooze.isPending} onClick={() => forMinutes(0)}>
            End now
          </Button>
        )}
      </div>
      {snoozed && (
        <p className="mt-1 text-xs text-ink-2">
          Until <MomentText at={snoozed.until} />, by {snoozed.by}
        </p>
      )}
      <SaveErrorText why={snooze.error} />
    </DisableControlsWithoutRight>
  )
}
