import { decodeConfig } from '#lib/azure/config/index.ts'
import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import { gatewaySessions, type OwnedResource } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { CommonGateway } from './common-gateway.ts'

/** A gateway in the network of a common one. A Route Server with branch-to-branch passes on to it what lands on that. */
export interface GatewayBeside {
  resource: OwnedResource
  /** row id of the common one */
  common: number
  /** its neighbors on premises */
  devices: readonly string[]
}

/** Of networks with a common gateway only. */
export async function readGatewaysBeside(
  q: Queryable,
  resources: readonly OwnedResource[],
  common: readonly CommonGateway[],
): Promise<GatewayBeside[]> {
  const rows = new Set(common.map(({ resource }) => resource.row))
  const networks = new Map(common.flatMap(({ resource }) => networkOf(resource).map((key) => [key, resource.row])))
  const found = resources.flatMap((resource) => {
    const at = networkOf(resource).flatMap((key) => networks.get(key) ?? [])
    return rows.has(resource.row) ? [] : at.map((row) => ({ resource, common: row }))
  })
  if (found.length === 0) return []
  const sessions = await gatewaySessions(
    q,
    found.map(({ resource }) => resource.row),
  )
  // Route Servers and instances of gateways beside them are AS 65515
  const outside = sessions.filter(({ asn }) => asn !== null && asn !== GATEWAY_ASN)
  return found.map((one) => ({
    ...one,
    devices: [
      ...new Set(outside.flatMap(({ resource, neighbor }) => (resource === one.resource.row ? [neighbor] : []))),
    ],
  }))
}

/** The key of the network that a network's gateway stands in, once known. */
function networkOf({ type, config }: OwnedResource): string[] {
  if (type !== armTypes.virtualNetworkGateway) return []
  const { networkKey } = decodeConfig(armTypes.virtualNetworkGateway, config)
  return networkKey === null ? [] : [networkKey]
}
