import type { LookupContext, RouteLookup } from '#lib/routes/api/index.ts'
import { TicketDialog } from './ticket-dialog.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'

const LookupTicketText = createLazyComponent(
  () => import('./lookup-ticket-text.tsx').then((part) => part.LookupTicketText),
  <div className="skeleton h-64" />,
)

/**
 * Button that opens a ticket about the path to an address at the time of a route lookup. Its data is loaded when it is
 * opened. Renders nothing if no circuit carried the traffic to the address.
 */
export function LookupTicket({ lookup, around }: { lookup: RouteLookup; around: LookupContext }) {
  const circuit = around.resources.find(({ type }) => type === 'circuit')
  if (!circuit) return null
  return (
    <TicketDialog about={`${circuit.scopeName}, as of then`}>
      <LookupTicketText lookup={lookup} around={around} circuitId={circuit.scope} />
    </TicketDialog>
  )
}
