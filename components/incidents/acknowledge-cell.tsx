import type { Incident } from '#lib/incidents/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { Button } from '../ui/button.tsx'
import { useToast } from '../ui/toast.tsx'
import { useAcknowledgeIncident } from './use-incident-command.ts'

/** Table cell with the user who acknowledged an incident, or the button to acknowledge it. */
export function AcknowledgeCell({ incident }: { incident: Incident }) {
  const { acknowledged } = incident
  if (acknowledged)
    return (
      <span className="flex flex-col" title={acknowledged.note ?? undefined}>
        <span>{acknowledged.by}</span>
        {acknowledged.note && <span className="max-w-40 truncate text-xs text-ink-3">{acknowledged.note}</span>}
      </span>
    )
  return (
    <DisableControlsWithoutRight right="acknowledge" isSmall>
      <AcknowledgeButton incident={incident} />
    </DisableControlsWithoutRight>
  )
}

/** Button that acknowledges an incident without a note. */
export function AcknowledgeButton({ incident, variant }: { incident: Incident; variant?: 'strong' | undefined }) {
  const notify = useToast()
  const acknowledge = useAcknowledgeIncident(incident.id)
  return (
    <Button
      data-key="a"
      variant={variant}
      className="print:hidden"
      aria-label={`Acknowledge ${formatIncidentTitle(incident)}`}
      disabled={acknowledge.isPending || acknowledge.isSuccess}
      onClick={() =>
        acknowledge.mutate(
          { note: '' },
          {
            onError: (error) =>
              notify({ tone: 'down', title: 'The incident was not acknowledged', detail: error.message }),
          },
        )
      }
    >
      Acknowledge
    </Button>
  )
}
