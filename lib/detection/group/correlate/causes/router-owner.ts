import type { Cause, CauseClass, CauseOwner } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { findNeighborCarryingPath } from '../../../model/route.ts'
import type { CircuitNode } from '../../../model/topology.ts'

/**
 * Returns the party that runs BGP towards Microsoft on a circuit: the provider if it sells a routed service, otherwise
 * the customer (ADR 0146).
 */
export const getRouterOperator = ({ connectivity }: Pick<CircuitNode, 'connectivity'>): 'provider' | 'onprem' =>
  connectivity === 'telco' ? 'provider' : 'onprem'

/**
 * Classes of causes that mean that the customer-side router changed its announcements. The party that runs this router
 * is responsible.
 */
const OF_ROUTERS: ReadonlySet<string> = new Set<CauseClass>([
  'onprem_policy_change',
  'prefixes_announced',
  'prefix_limit_exceeded',
])

/**
 * Sets the responsible party of causes that are changed announcements. It is the provider if the provider runs BGP on
 * the circuits behind an event, otherwise the customer. If the event concerns circuits of both kinds and it is unknown
 * which of them changed, the party is `unknown`.
 */
export function assignRouterOperatorToCauses(
  context: DetectionContext,
  live: LiveEvent,
  causes: readonly Cause[],
): Cause[] {
  if (!causes.some(({ class: name }) => OF_ROUTERS.has(name))) return [...causes]
  const circuits = circuitsBehind(context, live)
  const owners = new Set(circuits.map((circuit) => (circuit ? getRouterOperator(circuit) : 'onprem')))
  const [first = 'onprem'] = owners
  const owner: CauseOwner = owners.size > 1 ? 'unknown' : first
  return causes.map((cause) => (OF_ROUTERS.has(cause.class) ? ofOwner(cause, owner, circuits) : cause))
}

/**
 * Returns the cause with this responsible party, and with its next step adapted to this party. The stored text may be
 * older than the operator's declaration of the party that runs the routers.
 */
function ofOwner(cause: Cause, owner: CauseOwner, circuits: readonly (CircuitNode | null)[]): Cause {
  const base = cause.nextStep.replace(/ BGP is run by [^:]{0,300}: ask there\.$/, '')
  const providers = new Set(circuits.flatMap((circuit) => circuit?.provider ?? []))
  const by = providers.size > 0 ? [...providers].toSorted().join(', ') : 'the provider'
  return { ...cause, owner, nextStep: owner === 'provider' ? `${base} BGP is run by ${by}: ask there.` : base }
}

/**
 * Returns the circuits whose customer-side routers an event is about; null in the list = a neighbor that belongs to no
 * circuit. If it is known which neighbors changed, only their circuits are returned.
 */
function circuitsBehind(context: DetectionContext, live: LiveEvent): (CircuitNode | null)[] {
  const { topology } = context
  const { event, peersBefore = [], peersAfter = [], changed } = live
  const nodeOf = (scope: string) => topology.circuits.find((circuit) => circuit.scope === scope) ?? null
  const peers = changed ?? [...new Set([...peersBefore, ...peersAfter])]
  if (peers.length === 0) return [nodeOf(event.scope)]
  const { table } = live
  // In a table of a hub, the peers are named by gateways and connections and not by addresses.
  if (table !== undefined)
    return peers.map((peer) => nodeOf(findNeighborCarryingPath(context, table, peer).circuit ?? ''))
  return peers.flatMap((peer) => {
    const mapped = topology.mappings.filter(({ neighbor }) => neighbor === peer)
    // Neighbors of two different gateways may have the same address.
    const own = mapped.filter(({ gateway }) => gateway === event.scope)
    const circuits = (own.length > 0 ? own : mapped).map(({ circuit }) => nodeOf(circuit))
    return circuits.length > 0 ? circuits : [null]
  })
}
