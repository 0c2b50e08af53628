import type { FoldContext } from './context.ts'
import { neighborOf } from './subject.ts'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { circuitOfHubConnection, type Topology } from './topology.ts'

/** An owner's name, lower case; '' = what belongs to nobody. */
export type OwnerName = string

/**
 * Whose an event is (docs/rules/customers.md): its scope's, or, where it is about a neighbor of a gateway that is mapped to a circuit,
 * or a hub's connection to one, that circuit's. Without declared customers all is nobody's.
 */
export function ownerOfEvent(topology: Topology, event: Pick<DetectedEvent, 'kind' | 'scope' | 'subject'>): OwnerName {
  const { owners, mappings } = topology
  if (!owners) return ''
  const { scope, subject } = event
  const neighbor = neighborOf(subject)
  const mapped = mappings.find((mapping) => mapping.gateway === scope && mapping.neighbor === neighbor)
  return ownerOfScope(owners, mapped?.circuit ?? circuitOfHubConnection(topology, event) ?? scope)
}

export const ownerOfScope = (owners: ReadonlyMap<string, OwnerName>, scope: string): OwnerName =>
  owners.get(scope) ?? ''

/** Whether circuits of several owners are among these; never without declared customers. */
export const haveSeveralOwners = ({ owners }: Topology, circuits: readonly string[]): boolean =>
  owners !== undefined && new Set(circuits.map((circuit) => ownerOfScope(owners, circuit))).size > 1

/**
 * Where an event about routes of a gateway is reported: at the gateway, or, where they belong to another owner than the gateway does,
 * at that owner's circuit.
 * @param circuits behind which the routes lie; null = not known, and the gateway's own
 */
export function scopeOfRoutes({ owners }: Topology, gateway: string, circuits: readonly (string | null)[]): string {
  if (!owners) return gateway
  const behind = new Set(circuits.map((circuit) => ownerOfScope(owners, circuit ?? gateway)))
  const [first = null] = circuits
  return behind.size === 1 && first !== null && !behind.has(ownerOfScope(owners, gateway)) ? first : gateway
}

/**
 * What one owner's events are judged by: his circuits and their mappings, and all gateways, which they may share. Facts and memory of
 * scopes are the same objects.
 */
export function contextOfOwner(context: FoldContext, owner: OwnerName): FoldContext {
  const { topology } = context
  const { owners } = topology
  if (!owners) return context
  const isOwn = (circuit: string) => ownerOfScope(owners, circuit) === owner
  return {
    ...context,
    topology: {
      ...topology,
      circuits: topology.circuits.filter(({ scope }) => isOwn(scope)),
      mappings: topology.mappings.filter(({ circuit }) => isOwn(circuit)),
      sites: topology.sites.filter(({ home }) => home === null || isOwn(home)),
    },
  }
}
