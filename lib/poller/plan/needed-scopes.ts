import type { EpochMs } from '#lib/contract/index.ts'
import type { GroupTopology } from '#lib/detection/index.ts'
import type { EstateDataReaders } from '../detection/detection-store.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'

/** The fields of an open event that identify its resources. */
export interface OpenEventResourceFields {
  scope: string
  /**
   * Part of the resource that is affected. For a session of a gateway, it is the gateway's address and the neighbor's
   * address, for example `10.0.4.12~10.0.4.4`.
   */
  subject: string
}

/**
 * Returns the scopes whose polls are important for open incidents: the scopes of their events, and the gateways,
 * circuits and connections that are connected to these scopes. A session of a gateway belongs to the circuit of its
 * neighbor; if that is unknown, all circuits of the gateway count.
 * @param topology resources and connections that contain the events' scopes
 */
export function findNeededResources(
  events: readonly OpenEventResourceFields[],
  { gateways, mappings, connections = [] }: Pick<GroupTopology, 'gateways' | 'mappings' | 'connections'>,
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

/** Returns the result of {@link findNeededResources} for the current estate. */
export async function findResourcesNeededByIncidents(
  events: readonly OpenEventResourceFields[],
  { estate, reads, now }: { estate: Pick<TopologyCache, 'groupsWith'>; reads: EstateDataReaders; now: EpochMs },
): Promise<string[]> {
  const groups = await estate.groupsWith(reads, new Set(events.map(({ scope }) => scope)), now)
  const needed = groups.flatMap(({ topology }) => findNeededResources(events, topology))
  return [...new Set([...events.map(({ scope }) => scope), ...needed])]
}

function circuitsOf(
  { scope, subject }: OpenEventResourceFields,
  { gateways, mappings, connections }: Required<Pick<GroupTopology, 'gateways' | 'mappings' | 'connections'>>,
): string[] {
  const gateway = gateways.find((node) => node.scope === scope)
  if (gateway) {
    const neighbor = subject.split('~').at(-1)
    const mapped = mappings.filter((mapping) => mapping.gateway === scope && mapping.neighbor === neighbor)
    return mapped.length > 0 ? mapped.map(({ circuit }) => circuit) : gateway.circuits
  }
  const connection = connections.find((node) => node.scope === scope)
  if (connection) return connection.circuit === null ? [] : [connection.circuit]
  // the scope is not connected to a gateway, so only the scope itself counts
  return [scope]
}
