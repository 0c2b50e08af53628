import type { EpochMs } from '#lib/contract/index.ts'
import type { Topology } from '#lib/detection/index.ts'
import type { TopologyReads } from '../detection/store.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'

/** The part of an open event that identifies its resources. */
export interface OpenEvent {
  scope: string
  /** for a gateway's session `10.0.4.12~10.0.4.4`: its own address and the neighbor's address */
  subject: string
}

/**
 * Returns the scopes that open incidents need polled: the scopes of their events, the circuits of their paths, and the
 * gateways and connections at the other end of each circuit. A gateway's session belongs to the circuit to which its
 * neighbor is mapped; without a mapping, all circuits of the gateway count.
 * @param topology topology of the events
 */
export function neededScopes(
  events: readonly OpenEvent[],
  { gateways, mappings, connections = [] }: Pick<Topology, 'gateways' | 'mappings' | 'connections'>,
): string[] {
  const circuits = new Set(events.flatMap((event) => circuitsOf(event, { gateways, mappings, connections })))
  const ends = gateways.filter((gateway) => gateway.circuits.some((circuit) => circuits.has(circuit)))
  const between = connections.filter(({ circuit }) => circuit !== null && circuits.has(circuit))
  return [
    ...new Set([
      ...events.map(({ scope }) => scope),
      ...circuits,
      ...ends.map(({ scope }) => scope),
      ...between.map(({ scope }) => scope),
    ]),
  ]
}

/** Returns the same scopes as {@link neededScopes}, for the current estate. */
export async function findScopesNeededByIncidents(
  events: readonly OpenEvent[],
  { estate, reads, now }: { estate: Pick<TopologyCache, 'groupsWith'>; reads: TopologyReads; now: EpochMs },
): Promise<string[]> {
  const groups = await estate.groupsWith(reads, new Set(events.map(({ scope }) => scope)), now)
  const needed = groups.flatMap(({ topology }) => neededScopes(events, topology))
  return [...new Set([...events.map(({ scope }) => scope), ...needed])]
}

function circuitsOf(
  { scope, subject }: OpenEvent,
  { gateways, mappings, connections }: Required<Pick<Topology, 'gateways' | 'mappings' | 'connections'>>,
): string[] {
  const gateway = gateways.find((node) => node.scope === scope)
  if (gateway) {
    const neighbor = subject.split('~').at(-1)
    const mapped = mappings.filter((mapping) => mapping.gateway === scope && mapping.neighbor === neighbor)
    return mapped.length > 0 ? mapped.map(({ circuit }) => circuit) : gateway.circuits
  }
  const connection = connections.find((node) => node.scope === scope)
  if (connection) return connection.circuit === null ? [] : [connection.circuit]
  // a scope that is not connected to a gateway has no other end
  return [scope]
}
