import { armKey, armTypes, owningResource } from '#lib/contract/index.ts'
import { decodeConfig } from './decode-config.ts'

/** Resources inside another one, whose tags they do not have. */
const INSIDE: ReadonlySet<string> = new Set([
  armTypes.hubBgpConnection,
  armTypes.hubNetworkConnection,
  armTypes.hubRouteTable,
])

/**
 * The resource that decides whose another one is (docs/rules/customers.md): of a connection its circuit where that is known, of what is
 * inside a hub the hub, else itself.
 * @param byKey resources by `armKey`
 */
export function ownerGiving<
  Listed extends { type: string; config: unknown } & ({ resourceId: string } | { armKey: string }),
>(resource: Listed, byKey: ReadonlyMap<string, Listed>): Listed {
  if (INSIDE.has(resource.type)) {
    const id = 'armKey' in resource ? resource.armKey : resource.resourceId
    return byKey.get(armKey(owningResource(id))) ?? resource
  }
  if (resource.type !== armTypes.connection) return resource
  const { circuitKey } = decodeConfig(armTypes.connection, resource.config)
  return (circuitKey === null ? undefined : byKey.get(circuitKey)) ?? resource
}
