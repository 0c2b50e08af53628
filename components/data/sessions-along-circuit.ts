import { useQueries } from '@tanstack/react-query'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatConnectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { createEndpointQuery, addPageSelectionToParameters, usePageSelection } from './endpoint.ts'

/** BGP sessions in series along a circuit's paths (on the circuit and on its gateways), as far as they are loaded. */
export interface SessionsAlongCircuit {
  sessions: BgpSession[]
  /**
   * IDs of the circuit and gateways whose sessions are still loading, so that a session missing there may still appear
   */
  awaited: ReadonlySet<string>
  /** IDs of the circuit and gateways whose sessions could not be loaded */
  failed: ReadonlySet<string>
}

/** Queries the sessions of a circuit and of the gateways that are connected to it. */
export function useSessionsAlongCircuit(circuit: Pick<Circuit, 'id' | 'connections'>): SessionsAlongCircuit {
  const scopes = [circuit.id, ...formatConnectedGateways(circuit)]
  const page = usePageSelection()
  const queries = useQueries({
    queries: scopes.map((scope) =>
      createEndpointQuery('sessions', addPageSelectionToParameters('sessions', { scope }, page)),
    ),
  })
  return {
    sessions: queries.flatMap(({ data }) => data?.data ?? []),
    awaited: new Set(scopes.filter((_, index) => queries[index]?.isPending)),
    failed: new Set(scopes.filter((_, index) => queries[index]?.isError && !queries[index].data)),
  }
}
