import type { Incident } from '#lib/incidents/api/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { TicketDialog } from './ticket-dialog.tsx'
import { laterPart } from '../ui/later-part.tsx'

const LoadedTicket = laterPart(
  () => import('./loaded-ticket.tsx').then((part) => part.LoadedTicket),
  <div className="skeleton h-64" />,
)

/**
 * Ticket of an incident in a list; renders nothing for an incident of the whole estate. The data is loaded when the
 * ticket is opened.
 * @param isButton whether to show a labelled button instead of an icon
 */
export function RowTicket({ incident, isButton = false }: { incident: Incident; isButton?: boolean }) {
  if (incident.scope === WHOLE_ESTATE) return null
  return (
    <TicketDialog about={formatIncidentTitle(incident)} brief={!isButton} isKeyed>
      <LoadedTicket incident={incident} />
    </TicketDialog>
  )
}
