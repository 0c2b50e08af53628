import { useQueries } from '@tanstack/react-query'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { connectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { endpointQuery, addPageScope, usePageScope } from './endpoint.ts'

/** Consecutive sessions on a circuit's paths, as far as they are loaded. */
export interface SeriesSessions {
  sessions: Session[]
  /** IDs of the circuit and gateways whose sessions are still loading; a missing session there is not conclusive */
  awaited: ReadonlySet<string>
  /** IDs of the circuit and gateways whose sessions could not be loaded */
  failed: ReadonlySet<string>
}

/** Returns a circuit's own sessions, and the sessions of its connected gateways. */
export function useSeriesSessions(circuit: Pick<Circuit, 'id' | 'connections'>): SeriesSessions {
  const scopes = [circuit.id, ...connectedGateways(circuit)]
  const page = usePageScope()
  const queries = useQueries({
    queries: scopes.map((scope) => endpointQuery('sessions', addPageScope('sessions', { scope }, page))),
  })
  return {
    sessions: queries.flatMap(({ data }) => data?.data ?? []),
    awaited: new Set(scopes.filter((_, index) => queries[index]?.isPending)),
    failed: new Set(scopes.filter((_, index) => queries[index]?.isError && !queries[index].data)),
  }
}
