import { sharedIds } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Topology } from '#lib/questions/index.ts'

/**
 * The gateways whose cost a reader sees. One that others share with him he sees by name and kind alone: what it costs, and what of it is billed, is its
 * owner's, and what it carries of his own is in the answer that splits the estate.
 */
export function ownGateways(q: Queryable, { gateways }: Topology): Topology['gateways'] {
  const shared = sharedIds(q)
  return gateways.filter(({ resource }) => !shared.has(resource.id))
}
