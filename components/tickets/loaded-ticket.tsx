import type { Incident } from '#lib/incidents/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { ProblemNotice } from '../ui/answer-view.tsx'
import { findAffectedCircuit } from './affected-circuit.ts'
import { GatewayTicket } from './gateway-ticket.tsx'
import { CircuitTicket } from './ticket-button.tsx'

/**
 * Loads the resource of an incident, and shows the text of its ticket: a ticket about the affected circuit, otherwise
 * about the gateway.
 */
export function LoadedIncidentTicket({ incident }: { incident: Incident }) {
  const circuits = useEndpointQuery('circuits')
  const gateways = useEndpointQuery('gateways')
  const sessions = useEndpointQuery('sessions', { scope: incident.scope })
  const error = circuits.error ?? gateways.error ?? sessions.error
  if (!circuits.data || !gateways.data || !sessions.data)
    return error ? <ProblemNotice error={error} /> : <div aria-busy="true" className="skeleton h-64" />
  const link = `${window.location.origin}/incidents/${encodeURIComponent(incident.id)}`
  const circuit = findAffectedCircuit(incident, circuits.data.data, sessions.data.data)
  if (circuit) return <CircuitTicket circuit={circuit} path={null} incident={incident} link={link} />
  const gateway = gateways.data.data.find(({ id }) => id === incident.scope)
  if (gateway) return <GatewayTicket gateway={gateway} incident={incident} link={link} />
  return <p className="text-ink-2">A ticket is about a circuit or a gateway. This incident has neither.</p>
}
