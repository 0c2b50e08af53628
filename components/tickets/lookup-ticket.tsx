import type { RouteAround, RouteLookup } from '#lib/routes/api/index.ts'
import { TicketDialog } from './ticket-dialog.tsx'
import { laterPart } from '../ui/later-part.tsx'

const LookupTicketText = laterPart(
  () => import('./lookup-ticket-text.tsx').then((part) => part.LookupTicketText),
  <div className="skeleton h-64" />,
)

/**
 * Ticket about the path of an address at the time of a lookup; renders nothing if no circuit carried it. The data is
 * loaded when the ticket is opened.
 */
export function LookupTicket({ lookup, around }: { lookup: RouteLookup; around: RouteAround }) {
  const circuit = around.resources.find(({ type }) => type === 'circuit')
  if (!circuit) return null
  return (
    <TicketDialog about={`${circuit.scopeName}, as of then`}>
      <LookupTicketText lookup={lookup} around={around} circuitId={circuit.scope} />
    </TicketDialog>
  )
}
