'use client'

import { useQueries } from '@tanstack/react-query'
import type { Circuit, Session } from '#lib/contract/index.ts'
import { endpointQuery } from './endpoint.ts'

/** The sessions in series on a circuit's paths: its own, and those of its connected gateways. */
export function useSeriesSessions({ id, connections }: Pick<Circuit, 'id' | 'connections'>): Session[] {
  const scopes = [...new Set([id, ...connections.flatMap(({ gatewayId }) => gatewayId ?? [])])]
  const queries = useQueries({ queries: scopes.map((scope) => endpointQuery('sessions', { scope })) })
  return queries.flatMap(({ data }) => data?.data ?? [])
}
