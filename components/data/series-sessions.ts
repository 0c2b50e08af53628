'use client'

import { useQueries } from '@tanstack/react-query'
import type { Circuit, Session } from '#lib/contract/index.ts'
import { sessionsQuery } from './query-options.ts'

/** The sessions that stand in series on a circuit's paths: its own, and those of the gateways that it is connected to. */
export function useSeriesSessions({ id, connections }: Pick<Circuit, 'id' | 'connections'>): Session[] {
  const scopes = [...new Set([id, ...connections.flatMap(({ gatewayId }) => gatewayId ?? [])])]
  const asked = useQueries({ queries: scopes.map((scope) => sessionsQuery({ scope })) })
  return asked.flatMap(({ data }) => data?.data ?? [])
}
