import { type EpochMs } from '#lib/contract/index.ts'
import type { TcoFrame, TcoGateway } from '#lib/cost/index.ts'
import { type ConfiguredResource, configStretches } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { armObject } from '../config/arm-object.ts'
import { readGateway } from '../config/gateway-config.ts'
import { GATEWAYS, HUB, WAN_ER_GATEWAY, WAN_VPN_GATEWAY } from '../config/resource-types.ts'
import { connectionsOfGateway, type Estate, readEstate } from '../estate.ts'

/** Gateways of every kind, those that were deleted in the time, too; one that changed its SKU stands in it once for each. */
export async function readTcoGateways(q: Queryable, { from, to }: TcoFrame): Promise<TcoGateway[]> {
  const estate = await readEstate(q)
  const lists = await Promise.all(
    GATEWAYS.map(async (type) => ({ type, list: await configStretches(q, { type, since: from }) })),
  )
  return lists.flatMap(({ type, list }) => list.flatMap((gateway) => sizesOf(type, gateway, estate, to)))
}

/** The stretches of a gateway in which its price stayed the same. */
function sizesOf(type: string, gateway: ConfiguredResource, estate: Estate, now: EpochMs): TcoGateway[] {
  const { resourceId, name, subscriptionId, location, stretches } = gateway
  const connections = connectionsOfGateway(estate, resourceId)
  const circuitIds = new Set(connections.map(({ circuit }) => circuit?.id ?? null))
  const [only] = circuitIds
  const sizes: TcoGateway[] = []
  for (const { from, to, config } of stretches) {
    const size = sizeOf(type, config)
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
      connections: type === WAN_ER_GATEWAY ? wanConnections(config) : connections.length,
      from: begin,
      to: to ?? now,
      fastPath: connections.some((connection) => connection.config.fastPath === true),
    })
  }
  return sizes
}

/** What its price depends on; null for what is no gateway that costs by the hour. */
function sizeOf(type: string, config: unknown): Pick<TcoGateway, 'kind' | 'sku' | 'units'> | null {
  const resource = armObject(config)
  if (type === WAN_ER_GATEWAY) {
    const least = resource.object('autoScaleConfiguration').object('bounds').number('min')
    return { kind: 'wanExpressRoute', sku: '', units: least ?? 1 }
  }
  if (type === WAN_VPN_GATEWAY) {
    return { kind: 'wanVpn', sku: '', units: resource.number('vpnGatewayScaleUnit') ?? 1 }
  }
  if (type === HUB) return { kind: resource.has('virtualWan') ? 'wanHub' : 'routeServer', sku: '', units: 1 }
  const gateway = readGateway(type, config)
  if (!gateway) return null
  const sku = gateway.sku?.name ?? 'that is not told'
  const isScalable = sku.toLowerCase() === 'ergwscale'
  return {
    kind: gateway.kind === 'vpn' ? 'vpn' : 'expressRoute',
    sku,
    units: isScalable ? (gateway.sku?.capacity ?? 1) : 1,
  }
}

const wanConnections = (config: unknown): number => armObject(config).list('expressRouteConnections').length
