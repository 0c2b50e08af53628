import { decodeConfig } from '#lib/azure/config/index.ts'
import { type EpochMs, gatewayTypes } from '#lib/contract/index.ts'
import { listResources, type ResourceView } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** A gateway, and the virtual network or hub that holds it. */
export interface GatewayInNetwork {
  gateway: ResourceView
  /** of the network (`armKey`) */
  networkKey: string
}

/**
 * Gateways with the network that holds them; one whose configuration names none is left out.
 * @param scopes short ids of the gateways; null = all
 * @param at undefined = now
 */
export async function gatewayNetworks(
  q: Queryable,
  scopes: ReadonlySet<string> | null,
  at: EpochMs | undefined,
): Promise<GatewayInNetwork[]> {
  if (scopes?.size === 0) return []
  const types = gatewayTypes.map(({ type }) => type)
  const listed = await listResources(q, { types, ...(at !== undefined && { at }) })
  return listed.flatMap((gateway) => {
    const config = scopes === null || scopes.has(gateway.id) ? decodeConfig(gateway.type, gateway.config) : null
    return config?.resource === 'gateway' && config.networkKey !== null
      ? [{ gateway, networkKey: config.networkKey }]
      : []
  })
}
