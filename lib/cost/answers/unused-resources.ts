import type { CostProjection, UnusedFinding } from '../api/index.ts'
import {
  type CircuitUse,
  type CostContext,
  applyEstateOverrides,
  type GatewayUse,
  findGatewayPrice,
  formatMoneyAmount,
  findUnusedResources,
} from '../rules/index.ts'
import { getSharedIds } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { listGatewayConnections, readTopology } from '#lib/questions/index.ts'
import type { CostCircuit } from './circuits/circuit-inputs.ts'
import { listLinkedGateways } from './circuits/circuit-links.ts'

/** Mean number of hours in a month (8,760 h / 12), for monthly amounts that do not refer to a particular month. */
const MEAN_MONTH_HOURS = 730

/** Returns the resources that cost money but are not used. Circuits come before gateways. */
export async function readUnusedResources(
  q: SqlExecutor,
  circuits: readonly CostCircuit[],
  projections: readonly CostProjection[],
  frame: CostContext,
): Promise<UnusedFinding[]> {
  const byId = new Map(projections.map((projection) => [projection.circuitId, projection]))
  const uses = circuits
    .filter(({ removedAt }) => removedAt === null)
    .flatMap((circuit): CircuitUse[] => {
      const projection = byId.get(circuit.resource.id)
      return projection ? [buildCircuitUse(circuit, projection)] : []
    })
  return findUnusedResources(uses, await readGatewayUses(q, frame))
}

/**
 * Returns the facts that show whether a circuit is used: the state at the provider, the number of connections, and the
 * 95th percentile of its traffic.
 */
export function buildCircuitUse(circuit: CostCircuit, projection: CostProjection) {
  const { resourceId, name } = circuit.resource
  const connections = listLinkedGateways(circuit).length
  const { p95Mbps } = projection
  return { resourceId, name, projection, providerState: circuit.provisioning.provider, connections, p95Mbps }
}

/**
 * Returns the ExpressRoute gateways of virtual networks, each with its number of connections and its monthly price.
 * Gateways of Virtual WAN hubs are not included.
 */
export async function readGatewayUses(
  q: SqlExecutor,
  { sheet: listed, overrides, now }: CostContext,
): Promise<GatewayUse[]> {
  const estate = await readTopology(q)
  const sheet = applyEstateOverrides(listed, overrides, now)
  // A gateway that its owner shares with the caller is left out, because the owner pays for it.
  const shared = getSharedIds(q)
  return estate.gateways
    .filter(({ resource, config }) => config.kind === 'expressRoute' && !shared.has(resource.id))
    .map(({ resource, config }) => {
      const price =
        config.sku?.name && resource.location ? findGatewayPrice(sheet, config.sku.name, resource.location) : null
      return {
        resourceId: resource.resourceId,
        name: resource.name,
        connections: listGatewayConnections(estate, resource.resourceId).length,
        perMonth: price?.ok ? formatMoneyAmount(price.meter.price.times(MEAN_MONTH_HOURS), price.meter.currency) : null,
      }
    })
}
