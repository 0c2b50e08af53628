'use client'

import { useQueries } from '@tanstack/react-query'
import { useSeriesSessions } from '../data/series-sessions.ts'
import { endpointQuery } from '../data/index.ts'
import { useCard } from '../declarations/operator-card.tsx'
import type { TicketFacts } from './ticket-text.ts'

/** The subject of a ticket. */
export type TicketSubject = Pick<TicketFacts, 'circuit' | 'path' | 'incident'>

/** Time before an incident, or before now, in which the Activity Log may explain it. */
const BEFORE_MS = 2 * 3_600_000

/** Loads the facts of a ticket. @param now epoch milliseconds */
export function useTicket({ circuit, path, incident }: TicketSubject, now: number) {
  const sessions = useSeriesSessions(circuit)
  const card = useCard(circuit.id)
  const gateways = circuit.connections.flatMap(({ gatewayId }) => gatewayId ?? [])
  const scopes = [...new Set([circuit.id, ...gateways])]
  const began = incident
    ? Math.max(Date.parse(incident.startedBetween[0]), Date.parse(incident.openedAt) - BEFORE_MS)
    : now
  const range = { from: new Date(began - BEFORE_MS).toISOString(), to: incident?.endedBetween?.[1] ?? null }
  const entries = useQueries({ queries: scopes.map((scope) => endpointQuery('activity', { scope, ...range })) })
  const polls = useQueries({ queries: scopes.map((scope) => endpointQuery('sources', { scope })) })
  const facts: Omit<TicketFacts, 'link'> = {
    circuit,
    path,
    sessions,
    incident,
    card,
    entries: entries.flatMap(({ data }) => data?.data ?? []),
    polls: polls.flatMap(({ data }) => data?.data ?? []),
    now,
  }
  return { facts, pending: [...entries, ...polls].some(({ isPending, error }) => isPending && !error) }
}
