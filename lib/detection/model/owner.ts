import type { FoldContext } from './context.ts'
import { neighborOf } from './subject.ts'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { circuitOfHubConnection, type Topology } from './topology.ts'

/** Name of an owner in lower case; '' = no owner. */
export type OwnerName = string

/**
 * Returns the owner of an event (docs/rules/customers.md): the owner of its scope, or the owner of a circuit if the
 * event is about a gateway's neighbor mapped to that circuit or about a hub's connection to it. Without declared
 * customers the result is ''.
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

/** Reports whether circuits of several owners are in the list; always false without declared customers. */
export const haveSeveralOwners = ({ owners }: Topology, circuits: readonly string[]): boolean =>
  owners !== undefined && new Set(circuits.map((circuit) => ownerOfScope(owners, circuit))).size > 1

/**
 * Returns the scope of an event about routes of a gateway: the gateway, or a circuit of another owner if the routes
 * belong to that owner.
 * @param circuits circuits behind which the routes are; null = not known, so that they count as the gateway's own
 */
export function scopeOfRoutes({ owners }: Topology, gateway: string, circuits: readonly (string | null)[]): string {
  if (!owners) return gateway
  const behind = new Set(circuits.map((circuit) => ownerOfScope(owners, circuit ?? gateway)))
  const [first = null] = circuits
  return behind.size === 1 && first !== null && !behind.has(ownerOfScope(owners, gateway)) ? first : gateway
}

/**
 * Returns the context in which one owner's events are evaluated: the owner's circuits and their mappings, and all
 * gateways, because owners may share them. Facts and state of scopes are the same objects.
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
