'use client'

import type { Circuit, Incident, Session } from '#lib/contract/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { useEndpoint } from '../data/index.ts'
import { TicketButton } from './ticket-button.tsx'
import { affectedCircuit } from './affected-circuit.ts'

/** The ticket of an incident for its affected circuit; empty without one. */
export function IncidentTicket({ incident }: { incident: Incident }) {
  return incident.scope === WHOLE_ESTATE ? null : <ResourceTicket incident={incident} />
}

function ResourceTicket({ incident }: { incident: Incident }) {
  const circuits: Circuit[] = useEndpoint('circuits').data?.data ?? []
  const sessions: Session[] = useEndpoint('sessions', { scope: incident.scope }).data?.data ?? []
  const circuit = affectedCircuit(incident, circuits, sessions)
  return circuit ? <TicketButton circuit={circuit} incident={incident} /> : null
}
