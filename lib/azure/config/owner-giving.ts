import { armTypes } from '#lib/contract/index.ts'
import { decodeConfig } from './decode-config.ts'

/**
 * The resource that decides whose another one is (docs/rules/customers.md): of a connection its circuit where that is known, else
 * itself.
 * @param byKey resources by `armKey`
 */
export function ownerGiving<Listed extends { type: string; config: unknown }>(
  resource: Listed,
  byKey: ReadonlyMap<string, Listed>,
): Listed {
  if (resource.type !== armTypes.connection) return resource
  const { circuitKey } = decodeConfig(armTypes.connection, resource.config)
  return (circuitKey === null ? undefined : byKey.get(circuitKey)) ?? resource
}
