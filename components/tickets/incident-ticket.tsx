import type { Incident } from '#lib/incidents/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { findAffectedCircuit } from './affected-circuit.ts'
import { GatewayTicket } from './gateway-ticket.tsx'
import { TicketButton } from './ticket-button.tsx'
import { TicketDialog } from './ticket-dialog.tsx'

interface TicketButtonFields {
  incident: Incident
  /** text of a further button for the same ticket, in addition to the one in the head of the page; absent = that one */
  label?: string | null
}

/**
 * Button that opens the ticket of an incident: a ticket about its affected circuit, otherwise about its gateway.
 * Renders nothing if the incident has neither.
 */
export function IncidentTicket(fields: TicketButtonFields) {
  return fields.incident.scope === WHOLE_ESTATE ? null : <ResourceTicket {...fields} />
}

function ResourceTicket({ incident, label = null }: TicketButtonFields) {
  const circuits = useEndpointQuery('circuits').data?.data
  const sessions: BgpSession[] = useEndpointQuery('sessions', { scope: incident.scope }).data?.data ?? []
  if (!circuits) return null
  const circuit = findAffectedCircuit(incident, circuits, sessions)
  return circuit ? (
    <TicketButton circuit={circuit} incident={incident} label={label} />
  ) : (
    <TicketOfGateway incident={incident} label={label} />
  )
}

function TicketOfGateway({ incident, label = null }: TicketButtonFields) {
  const gateway = useEndpointQuery('gateways').data?.data.find(({ id }) => id === incident.scope)
  return (
    gateway && (
      <TicketDialog about={gateway.name} brief="phone" label={label}>
        <GatewayTicket gateway={gateway} incident={incident} />
      </TicketDialog>
    )
  )
}
