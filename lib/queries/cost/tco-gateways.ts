import { type EpochMs } from '#lib/contract/index.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import { armTypes, gatewayTypes, type ResourceConfig } from '#lib/contract/index.ts'
import type { TcoFrame, TcoGateway } from '#lib/cost/index.ts'
import { type ConfiguredResource, configIntervals } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { connectionsOfGateway, type Topology, readTopology } from '../topology.ts'

/** Gateways of every kind, those that were deleted in the time, too; one that changed its SKU stands in it once for each. */
export async function readTcoGateways(q: Queryable, { from, to }: TcoFrame): Promise<TcoGateway[]> {
  const estate = await readTopology(q)
  const lists = await Promise.all(
    gatewayTypes.map(async ({ type }) => ({ type, list: await configIntervals(q, { type, since: from }) })),
  )
  return lists.flatMap(({ type, list }) => list.flatMap((gateway) => sizesOf(type, gateway, estate, to)))
}

/** The intervals of a gateway in which its price stayed the same. */
function sizesOf(type: string, gateway: ConfiguredResource, estate: Topology, now: EpochMs): TcoGateway[] {
  const { resourceId, name, subscriptionId, location, intervals } = gateway
  const connections = connectionsOfGateway(estate, resourceId)
  const circuitIds = new Set(connections.map(({ circuit }) => circuit?.id ?? null))
  const [only] = circuitIds
  const sizes: TcoGateway[] = []
  for (const { from, to, config } of intervals) {
    const decoded = decodeConfig(type, config)
    const size = sizeOf(type, decoded)
    if (!size) continue
    const before = sizes.at(-1)
    const begin = from ?? before?.to ?? 0
    if (before && before.to === begin && before.sku === size.sku && before.units === size.units) {
      before.to = to ?? now
      continue
    }
    sizes.push({
      ...size,
      resourceId,
      name,
      customer: subscriptionId,
      circuitId: circuitIds.size === 1 ? (only ?? null) : null,
      region: location ?? '',
      connections:
        type === armTypes.expressRouteGateway && decoded?.resource === 'gateway'
          ? decoded.hubConnections.length
          : connections.length,
      from: begin,
      to: to ?? now,
      fastPath: connections.some((connection) => connection.config.fastPath === true),
    })
  }
  return sizes
}

/** What its price depends on; null for a resource that is no gateway with a price by the hour. */
function sizeOf(type: string, config: ResourceConfig | null): Pick<TcoGateway, 'kind' | 'sku' | 'units'> | null {
  if (type === armTypes.virtualHub && config?.resource === 'network') return { kind: 'wanHub', sku: '', units: 1 }
  if (config?.resource !== 'gateway') return null
  const { kind, scaleUnits } = config
  if (kind === 'routeServer') return { kind, sku: '', units: 1 }
  if (kind === 'vwan') {
    return { kind: type === armTypes.vpnGateway ? 'wanVpn' : 'wanExpressRoute', sku: '', units: scaleUnits ?? 1 }
  }
  const sku = config.sku.name ?? 'an unknown SKU'
  const isScalable = sku.toLowerCase() === 'ergwscale'
  return { kind, sku, units: isScalable ? (config.sku.capacity ?? 1) : 1 }
}
