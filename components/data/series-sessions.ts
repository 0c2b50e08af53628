'use client'

import { useQueries } from '@tanstack/react-query'
import type { Circuit, Session } from '#lib/contract/index.ts'
import { connectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { endpointQuery } from './endpoint.ts'

/** The sessions in series on a circuit's paths: its own, and those of its connected gateways. */
export function useSeriesSessions(circuit: Pick<Circuit, 'id' | 'connections'>): Session[] {
  const scopes = [circuit.id, ...connectedGateways(circuit)]
  const queries = useQueries({ queries: scopes.map((scope) => endpointQuery('sessions', { scope })) })
  return queries.flatMap(({ data }) => data?.data ?? [])
}
