import type { Incident } from '#lib/incidents/api/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { TicketDialog } from './ticket-dialog.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'

const LoadedTicket = createLazyComponent(
  () => import('./loaded-ticket.tsx').then((part) => part.LoadedIncidentTicket),
  <div className="skeleton h-64" />,
)

/**
 * Button that opens the ticket of an incident in a list. Its data is loaded when it is opened. Renders nothing for an
 * incident of the whole estate (everything that is monitored).
 * @param isButton whether to show a labelled button instead of an icon, except on a phone
 */
export function IncidentRowTicket({ incident, isButton = false }: { incident: Incident; isButton?: boolean }) {
  if (incident.scope === WHOLE_ESTATE) return null
  return (
    <TicketDialog about={formatIncidentTitle(incident)} brief={isButton ? 'phone' : true} isKeyed>
      <LoadedTicket incident={incident} />
    </TicketDialog>
  )
}
