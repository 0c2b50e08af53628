import { useQueries } from '@tanstack/react-query'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatConnectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { useSessionsAlongCircuit } from '../data/sessions-along-circuit.ts'
import { createEndpointQuery, useEndpointQuery } from '../data/index.ts'
import { useOperatorCard } from '../declarations/operator-card.tsx'
import type { GatewayTicketData } from './gateway-ticket-text.ts'
import type { CircuitTicketData } from './ticket-text.ts'

/** Subject of a ticket. */
export type TicketSubject = Pick<CircuitTicketData, 'circuit' | 'path' | 'incident'>

/**
 * Length of time in milliseconds, before the start of an incident (or before now), for which entries of the Activity
 * Log are included.
 */
const BEFORE_MS = 2 * 3_600_000

/**
 * Loads the facts for a ticket about a circuit.
 * @param now epoch milliseconds
 */
export function useTicket({ circuit, path, incident }: TicketSubject, now: number) {
  const { sessions, awaited } = useSessionsAlongCircuit(circuit)
  const card = useOperatorCard(circuit.id)
  const { entries, polls, pending } = useEvidence([circuit.id, ...formatConnectedGateways(circuit)], incident, now)
  const facts: Omit<CircuitTicketData, 'link'> = { circuit, path, sessions, incident, card, entries, polls, now }
  return { facts, pending: pending || awaited.size > 0 }
}

/**
 * Loads the facts for a ticket about a gateway.
 * @param now epoch milliseconds
 */
export function useGatewayTicket({ gateway, incident }: { gateway: Gateway; incident: Incident }, now: number) {
  const read = useEndpointQuery('sessions', { scope: gateway.id })
  const sessions = read.data?.data ?? []
  const card = useOperatorCard(gateway.id)
  const { entries, polls, pending } = useEvidence([gateway.id], incident, now)
  const facts: Omit<GatewayTicketData, 'link'> = { gateway, sessions, incident, card, entries, polls, now }
  return { facts, pending: pending || read.isPending }
}

/**
 * Loads the last polls and the entries of Azure's Activity Log. With an incident, the entries begin `BEFORE_MS` before
 * its start, but at most twice `BEFORE_MS` before the incident was opened, and they end with the incident. Without an
 * incident, they begin `BEFORE_MS` before now.
 */
function useEvidence(scopes: readonly string[], incident: Incident | null, now: number) {
  const began = incident
    ? Math.max(Date.parse(incident.startedBetween[0]), Date.parse(incident.openedAt) - BEFORE_MS)
    : now
  const range = { from: new Date(began - BEFORE_MS).toISOString(), to: incident?.endedBetween?.[1] ?? null }
  const entries = useQueries({ queries: scopes.map((scope) => createEndpointQuery('activity', { scope, ...range })) })
  const polls = useQueries({ queries: scopes.map((scope) => createEndpointQuery('sources', { scope })) })
  return {
    entries: entries.flatMap(({ data }) => data?.data ?? []),
    polls: polls.flatMap(({ data }) => data?.data ?? []),
    pending: [...entries, ...polls].some(({ isPending, error }) => isPending && !error),
  }
}
