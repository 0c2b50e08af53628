import type { EpochMs } from '#lib/contract/index.ts'
import type { ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readTopology } from '#lib/questions/index.ts'

/** A gateway and the virtual network or hub that contains it. */
export interface GatewayWithNetwork {
  gateway: ResourceView
  /** normalized ARM ID (`normalizeArmId`) of the virtual network or hub */
  networkKey: string
}

/**
 * Returns gateways with the network that contains them, except gateways whose configuration names no network.
 * @param scopes short IDs of the gateways; null = all
 * @param at undefined = now
 */
export async function readGatewayNetworks(
  q: SqlExecutor,
  scopes: ReadonlySet<string> | null,
  at: EpochMs | undefined,
): Promise<GatewayWithNetwork[]> {
  if (scopes?.size === 0) return []
  const { gateways } = await readTopology(q, at)
  return gateways.flatMap(({ resource: gateway, config: { networkKey } }) =>
    networkKey !== null && (scopes === null || scopes.has(gateway.id)) ? [{ gateway, networkKey }] : [],
  )
}
