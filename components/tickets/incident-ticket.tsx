import type { Incident } from '#lib/incidents/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { findAffectedCircuit } from './affected-circuit.ts'
import { GatewayTicket } from './gateway-ticket.tsx'
import { TicketButton } from './ticket-button.tsx'
import { TicketDialog } from './ticket-dialog.tsx'

/**
 * Button that opens the ticket of an incident: a ticket about its affected circuit, otherwise about its gateway.
 * Renders nothing if the incident has neither.
 */
export function IncidentTicket({ incident }: { incident: Incident }) {
  return incident.scope === WHOLE_ESTATE ? null : <ResourceTicket incident={incident} />
}

function ResourceTicket({ incident }: { incident: Incident }) {
  const circuits = useEndpointQuery('circuits').data?.data
  const sessions: BgpSession[] = useEndpointQuery('sessions', { scope: incident.scope }).data?.data ?? []
  if (!circuits) return null
  const circuit = findAffectedCircuit(incident, circuits, sessions)
  return circuit ? <TicketButton circuit={circuit} incident={incident} /> : <TicketOfGateway incident={incident} />
}

function TicketOfGateway({ incident }: { incident: Incident }) {
  const gateway = useEndpointQuery('gateways').data?.data.find(({ id }) => id === incident.scope)
  return (
    gateway && (
      <TicketDialog about={gateway.name} brief="phone">
        <GatewayTicket gateway={gateway} incident={incident} />
      </TicketDialog>
    )
  )
}
