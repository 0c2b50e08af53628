import { armTypes, normalizeArmId, type PeeringType } from '#lib/contract/index.ts'
import type { CircuitFacts, GatewayFacts, PostureFacts } from '#lib/resilience/rules/index.ts'
import type { PlannedChange } from '../api/index.ts'

/** A change of a plan with the resource that it changes. */
export interface ResolvedPlannedChange {
  /** index of the change in the plan */
  n: number
  term: PlannedChange
  resource: {
    /** short id; for a connection of a hub's gateway `<gateway>/<connection>`, as in a what-if */
    id: string
    resourceId: string
    name: string
    type: string
    /** Connection of a hub's gateway, with the short id of the gateway; absent = another resource. */
    hubConnection?: { gatewayId: string; name: string; siteKey: string | null }
  }
}

/**
 * Functions that compute the limits of a circuit or gateway from its planned tier, size and SKU. The limits before the
 * plan are computed with the same functions.
 */
export interface PlannedLimits {
  ofCircuit: (circuit: CircuitFacts) => Pick<CircuitFacts, 'limits' | 'prefixLimits'>
  /** returns the limits of the planned SKU, and the gateway's load as a share of them */
  ofGateway: (gateway: GatewayFacts, circuits: readonly CircuitFacts[]) => Pick<GatewayFacts, 'limits' | 'load'>
}

/**
 * Returns the facts that resilience checks would have after a plan: the planned configuration with the current
 * measurements.
 */
export function applyPlanToPosture(
  facts: PostureFacts,
  plan: readonly ResolvedPlannedChange[],
  limits: PlannedLimits,
): PostureFacts {
  const gone = new Set(
    plan.flatMap(({ term, resource }) =>
      term.kind === 'delete' ? [resource.id, normalizeArmId(resource.resourceId)] : [],
    ),
  )
  const isLeft = ({ id }: { id: string }) => !gone.has(id)
  const remains = (one: { id: string; resourceId: string; circuitId?: string | null; gatewayId?: string | null }) =>
    ![one.id, normalizeArmId(one.resourceId), one.circuitId, one.gatewayId].some((id) => id != null && gone.has(id))
  const connected = facts.circuits.map((circuit) => ({
    ...plan.reduce(circuitAfter, circuit),
    connections: circuit.connections.filter(remains).map((one) => weighed(one, plan)),
  }))
  const circuits = connected.filter(isLeft).map((circuit) => ({ ...circuit, ...limits.ofCircuit(circuit) }))
  const gateways = facts.gateways.filter(isLeft).map((gateway): GatewayFacts => {
    const changed = plan.reduce(gatewayAfter, gateway)
    const left = new Set(
      connected
        .filter(isLeft)
        .flatMap((one) => (one.connections.some((c) => c.gatewayId === gateway.id) ? one.id : [])),
    )
    const had = new Set(
      facts.circuits.flatMap((one) => (one.connections.some((c) => c.gatewayId === gateway.id) ? one.id : [])),
    )
    const after = {
      ...changed,
      connections: changed.connections.filter(remains).map((one) => weighed(one, plan)),
      // A circuit without a known connection to this gateway is kept, because the plan cannot have removed it. For
      // example, the circuit may be in another subscription.
      circuitIds: changed.circuitIds.filter((id) => id === null || (!gone.has(id) && (!had.has(id) || left.has(id)))),
    }
    return { ...after, ...limits.ofGateway(after, circuits) }
  })
  const networks = facts.networks.map((network) => {
    const own = plan.flatMap(({ term, resource }) =>
      term.kind === 'spoke' && resource.id === network.id ? term.prefixes : [],
    )
    return {
      ...network,
      gatewayIds: network.gatewayIds.filter((id) => !gone.has(id)),
      addressPrefixes: [...network.addressPrefixes, ...own],
    }
  })
  return { ...facts, circuits, gateways, networks }
}

const weighed = <One extends { id: string; routingWeight: number | null }>(
  one: One,
  plan: readonly ResolvedPlannedChange[],
) =>
  plan.reduce(
    (last, { term, resource }) =>
      term.kind === 'weight' && resource.id === one.id ? { ...last, routingWeight: term.weight } : last,
    one,
  )

function circuitAfter(circuit: CircuitFacts, { term, resource }: ResolvedPlannedChange): CircuitFacts {
  if (term.kind === 'filter' && resource.type === armTypes.routeFilter)
    return filtered(circuit, term, resource.resourceId)
  if (resource.id !== circuit.id) return circuit
  switch (term.kind) {
    case 'bandwidth':
      return {
        ...circuit,
        bandwidthMbps: term.mbps,
        open: circuit.open.filter(({ kind }) => kind !== 'n1_capacity_risk'),
      }
    case 'billing':
      return { ...circuit, sku: { ...circuit.sku, family: term.plan === 'metered' ? 'MeteredData' : 'UnlimitedData' } }
    case 'tier':
      return { ...circuit, sku: { ...circuit.sku, tier: term.tier } }
    case 'filter':
      return filtered(circuit, term, null)
    case 'peering_off':
      return without(circuit, term.peering)
    default:
      return circuit
  }
}

/**
 * Applies a changed route filter to the peerings of a circuit.
 * @param filter ARM ID of the changed filter; null = the filter of the circuit's Microsoft peering, whatever its ID is
 */
function filtered(
  circuit: CircuitFacts,
  { communities }: Extract<PlannedChange, { kind: 'filter' }>,
  filter: string | null,
): CircuitFacts {
  const peerings = circuit.peerings.map((peering) => {
    const { type, routeFilter } = peering
    if (filter === null ? type !== 'microsoft' : routeFilter?.resourceId.toLowerCase() !== filter.toLowerCase())
      return peering
    if (communities === null || !routeFilter) return { ...peering, routeFilter: null, routeFilterId: null }
    const nameOf = new Map(routeFilter.communities?.map(({ community, name }) => [community, name]))
    return {
      ...peering,
      routeFilter: {
        ...routeFilter,
        unapplied: null,
        communities: communities.map((community) => ({ community, name: nameOf.get(community) ?? null })),
      },
    }
  })
  return { ...circuit, peerings }
}

function without(circuit: CircuitFacts, type: PeeringType): CircuitFacts {
  const peerings = circuit.peerings.filter((peering) => peering.type !== type)
  return type === 'private' ? { ...circuit, peerings, paths: [], announced: null } : { ...circuit, peerings }
}

function gatewayAfter(gateway: GatewayFacts, { term, resource }: ResolvedPlannedChange): GatewayFacts {
  const { hub } = gateway
  if (hub !== null && term.kind === 'delete' && resource.hubConnection?.gatewayId === gateway.id)
    return { ...gateway, hub: { ...hub, connections: hub.connections - 1 } }
  if (resource.id !== gateway.id || term.kind !== 'resize') return gateway
  return { ...gateway, sku: { ...gateway.sku, name: term.sku, tier: term.sku } }
}
