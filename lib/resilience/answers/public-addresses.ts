import { decodeConfig } from '#lib/azure/config/index.ts'
import { armKey, armTypes, parseArmId } from '#lib/contract/index.ts'
import { listResources } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { GatewayFacts } from '../rules/index.ts'

/** Public addresses by their keys, with the zones that they stand in as far as they are read. */
export async function publicAddresses(
  q: Queryable,
): Promise<(keys: readonly string[]) => GatewayFacts['publicAddresses']> {
  const found = await listResources(q, { types: [armTypes.publicAddress] })
  const zonesOf = new Map(
    found.map(({ resourceId, config }) => [armKey(resourceId), decodeConfig(armTypes.publicAddress, config).zones]),
  )
  return (keys) =>
    keys.map((key) => ({
      name: parseArmId(key)?.name ?? key,
      isRead: zonesOf.has(key),
      zones: zonesOf.get(key) ?? null,
    }))
}
