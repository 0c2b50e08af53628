'use client'

import type { Gateway, Incident, Session } from '#lib/contract/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { useEndpoint } from '../data/index.ts'
import { useNowInSteps } from '../ui/clock.tsx'
import { affectedCircuit } from './affected-circuit.ts'
import { gatewayTicketText } from './gateway-ticket-text.ts'
import { TicketButton } from './ticket-button.tsx'
import { TicketBody, TicketDialog } from './ticket-dialog.tsx'
import { useGatewayTicket } from './use-ticket.ts'

/** The ticket of an incident, for its affected circuit, else for its gateway; empty without either. */
export function IncidentTicket({ incident }: { incident: Incident }) {
  return incident.scope === WHOLE_ESTATE ? null : <ResourceTicket incident={incident} />
}

function ResourceTicket({ incident }: { incident: Incident }) {
  const circuits = useEndpoint('circuits').data?.data
  const sessions: Session[] = useEndpoint('sessions', { scope: incident.scope }).data?.data ?? []
  if (!circuits) return null
  const circuit = affectedCircuit(incident, circuits, sessions)
  return circuit ? <TicketButton circuit={circuit} incident={incident} /> : <TicketOfGateway incident={incident} />
}

function TicketOfGateway({ incident }: { incident: Incident }) {
  const gateway = useEndpoint('gateways').data?.data.find(({ id }) => id === incident.scope)
  return (
    gateway && (
      <TicketDialog about={gateway.name}>
        <GatewayTicket gateway={gateway} incident={incident} />
      </TicketDialog>
    )
  )
}

/** For Microsoft, who runs every gateway. */
function GatewayTicket(subject: { gateway: Gateway; incident: Incident }) {
  const { facts, pending } = useGatewayTicket(subject, useNowInSteps(5_000))
  return <TicketBody text={gatewayTicketText({ ...facts, link: window.location.href })} pending={pending} />
}
