import type { DetectionContext } from './context.ts'
import { parseSubjectNeighbor } from './subject.ts'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { findHubConnectionCircuit, getHubOfTable, type GroupTopology } from './topology.ts'

/** Name of an owner (a declared customer) in lower case; '' = no owner. */
export type OwningCustomerName = string

/**
 * Returns the owner (customer) of an event (docs/rules/customers.md).
 * If the event is about a gateway's neighbor that is mapped to a circuit, or about a hub's connection to a circuit, it
 * is the owner of that circuit. Otherwise it is the owner of the event's scope. Without declared customers the result
 * is ''.
 */
export function findEventOwner(
  topology: GroupTopology,
  event: Pick<DetectedEvent, 'kind' | 'scope' | 'subject'>,
): OwningCustomerName {
  const { owners, mappings } = topology
  if (!owners) return ''
  const { scope, subject } = event
  const neighbor = parseSubjectNeighbor(subject)
  const mapped = mappings.find((mapping) => mapping.gateway === scope && mapping.neighbor === neighbor)
  return findResourceOwner(owners, mapped?.circuit ?? findHubConnectionCircuit(topology, event) ?? scope)
}

export const findResourceOwner = (owners: ReadonlyMap<string, OwningCustomerName>, scope: string): OwningCustomerName =>
  owners.get(scope) ?? ''

/** Reports whether the listed circuits have several owners (customers); always false without declared customers. */
export const hasSeveralOwners = ({ owners }: GroupTopology, circuits: readonly string[]): boolean =>
  owners !== undefined && new Set(circuits.map((circuit) => findResourceOwner(owners, circuit))).size > 1

/**
 * Returns the scope of an event about routes of a gateway. If all circuits behind the routes have the same owner, and
 * this is not the owner of the gateway, it is the first of these circuits. Otherwise it is the gateway.
 * @param table scope of the gateway, or of the hub or its route table
 * @param circuits circuits behind the routes; null in the list = not known (the route then counts as the gateway's own)
 */
export function getRouteEventResourceId(
  topology: GroupTopology,
  table: string,
  circuits: readonly (string | null)[],
): string {
  const { owners } = topology
  const gateway = getHubOfTable(topology, table)
  if (!owners) return gateway
  const behind = new Set(circuits.map((circuit) => findResourceOwner(owners, circuit ?? gateway)))
  const [first = null] = circuits
  return behind.size === 1 && first !== null && !behind.has(findResourceOwner(owners, gateway)) ? first : gateway
}

/**
 * Returns the context for evaluating one owner's events. It contains the owner's circuits, mappings and sites, and all
 * gateways, because owners may share gateways. The states of scopes are the same objects as in the given context.
 */
export function limitContextToOwner(context: DetectionContext, owner: OwningCustomerName): DetectionContext {
  const { topology } = context
  const { owners } = topology
  if (!owners) return context
  const isOwn = (circuit: string) => findResourceOwner(owners, circuit) === owner
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
