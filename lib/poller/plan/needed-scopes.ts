import type { EpochMs } from '#lib/contract/index.ts'
import type { Topology } from '#lib/detection/index.ts'
import type { TopologyReads } from '../detection/store.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'

/** An open event, as far as it says what it is about. */
export interface OpenEvent {
  scope: string
  /** of a gateway's session: `10.0.4.12~10.0.4.4`, its own address and the neighbor's */
  subject: string
}

/**
 * What an open incident needs to be polled: what its events are about, the circuits whose paths they name, and of each circuit the
 * gateways and connections at the other end. A gateway's session is about the circuit that its neighbor is mapped to; about all of the
 * gateway's where it is mapped to none.
 * @param topology of the events
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

/** As {@link neededScopes}, by what is known of the estate now. */
export async function neededByIncidents(
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
  // anything that no gateway is connected to is no circuit with another end
  return [scope]
}
