import type { ReactNode } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import type { CauseOwner } from '#lib/contract/events/cause.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { findAffectedCircuit } from './affected-circuit.ts'
import { GatewayTicket } from './gateway-ticket.tsx'
import { TicketButton } from './ticket-button.tsx'
import { TicketDialog } from './ticket-dialog.tsx'

/** Resource that a ticket about an incident concerns. A ticket about a gateway is always for Microsoft. */
export type IncidentTicketSubject = { circuit: Circuit } | { gateway: Gateway }

interface TicketSubjectFields {
  incident: Incident
  /** @param subject resource of the ticket; null = none, or not loaded yet */
  children: (subject: IncidentTicketSubject | null) => ReactNode
}

/** Finds the resource of an incident's ticket: its affected circuit, otherwise its gateway. */
export const WithTicketSubject = ({ incident, children }: TicketSubjectFields) =>
  incident.scope === WHOLE_ESTATE ? children(null) : <WithCircuit incident={incident}>{children}</WithCircuit>

function WithCircuit({ incident, children }: TicketSubjectFields) {
  const circuits = useEndpointQuery('circuits').data?.data
  const sessions: BgpSession[] = useEndpointQuery('sessions', { scope: incident.scope }).data?.data ?? []
  if (!circuits) return children(null)
  const circuit = findAffectedCircuit(incident, circuits, sessions)
  return circuit ? children({ circuit }) : <WithGateway incident={incident}>{children}</WithGateway>
}

function WithGateway({ incident, children }: TicketSubjectFields) {
  const gateway = useEndpointQuery('gateways').data?.data.find(({ id }) => id === incident.scope)
  return children(gateway ? { gateway } : null)
}

/** Reports whether a ticket about a resource is for the owner of a cause. No ticket is for the on-premises team. */
export const isTicketForOwner = (subject: IncidentTicketSubject | null, owner: CauseOwner | undefined): boolean =>
  subject !== null && (owner === 'microsoft' || (owner === 'provider' && 'circuit' in subject))

/**
 * Button that opens the ticket of an incident: a ticket about its affected circuit, otherwise about its gateway.
 * Renders nothing if the incident has neither.
 */
export const IncidentTicket = ({ incident }: { incident: Incident }) => (
  <WithTicketSubject incident={incident}>
    {(subject) => subject && <SubjectTicket incident={incident} subject={subject} />}
  </WithTicketSubject>
)

/**
 * Button that opens a ticket about a resource.
 * @param label text of a further button for the same ticket; null = the button in the head of the page
 */
export function SubjectTicket({
  incident,
  subject,
  label = null,
}: {
  incident: Incident
  subject: IncidentTicketSubject
  label?: string | null
}) {
  return 'circuit' in subject ? (
    <TicketButton circuit={subject.circuit} incident={incident} label={label} />
  ) : (
    <TicketDialog about={subject.gateway.name} brief="phone" label={label}>
      <GatewayTicket gateway={subject.gateway} incident={incident} />
    </TicketDialog>
  )
}
