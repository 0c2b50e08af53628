'use client'

import type { Circuit, Incident, Session } from '#lib/contract/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { useCircuits, useSessions } from '../data/index.ts'
import { TicketButton } from './ticket-button.tsx'
import { circuitConcerned } from './circuit-concerned.ts'

/** The ticket of an incident, about the circuit that it concerns; nothing at all where it concerns none. */
export function IncidentTicket({ incident }: { incident: Incident }) {
  return incident.scope === WHOLE_ESTATE ? null : <TicketOfThing incident={incident} />
}

function TicketOfThing({ incident }: { incident: Incident }) {
  const circuits: Circuit[] = useCircuits().data?.data ?? []
  const sessions: Session[] = useSessions({ scope: incident.scope }).data?.data ?? []
  const circuit = circuitConcerned(incident, circuits, sessions)
  return circuit ? <TicketButton circuit={circuit} incident={incident} /> : null
}
