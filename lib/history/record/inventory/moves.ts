import { isTaggedByMigration, type ResourceRow } from '#lib/contract/index.ts'
import type { StoredInventoryResource } from './known-resource.ts'

/** A known resource that is now listed under another ARM ID. */
export interface ResourceArmIdChange {
  resource: StoredInventoryResource
  /** the resource as it is listed now */
  to: ResourceRow
  /**
   * resource that an earlier poll stored as a new resource under the new ARM ID, because the move was not recognized
   * then; null = none
   */
  twin: StoredInventoryResource | null
}

interface Newcomer {
  row: ResourceRow
  known: StoredInventoryResource | null
}

/**
 * Finds moves: resources that are no longer listed and are now listed under another ARM ID. A resource can have moved
 * only if a complete list lacks it, and if exactly one new resource matches it. Two resources that are listed at the
 * same time are never treated as one.
 * @param vanished resources that this poll lacks, or that were removed before
 * @param newcomers resources that are listed now, by this poll or by another source
 */
export function findResourceMoves(
  vanished: readonly StoredInventoryResource[],
  newcomers: readonly Newcomer[],
): ResourceArmIdChange[] {
  const pairs = vanished.flatMap((resource) =>
    newcomers.filter((one) => isSame(resource, one)).map((newcomer) => ({ resource, newcomer })),
  )
  const times = (key: string) =>
    pairs.filter(({ resource, newcomer }) => key === keyOf(resource) || key === keyOf(newcomer.row)).length
  return pairs
    .filter(({ resource, newcomer }) => times(keyOf(resource)) === 1 && times(keyOf(newcomer.row)) === 1)
    .map(({ resource, newcomer: { row, known } }) => ({ resource, to: row, twin: known }))
}

const keyOf = ({ resourceId }: { resourceId: string }) => resourceId.toLowerCase()

function isSame(resource: StoredInventoryResource, { row, known }: Newcomer): boolean {
  if (resource.type !== row.type || keyOf(resource) === keyOf(row)) return false
  // If the new resource is already stored as listed, it can only be the continuation of a resource that this poll
  // removes.
  if (known?.open && !resource.open) return false
  const common = (row.identities ?? []).filter((identity) => resource.identities.includes(identity))
  return common.some((identity) => !identity.startsWith(PLACE) || isTaggedByMigration(row.config.tags))
}

/**
 * Prefix of an identity that consists of the gateway's subnet. A subnet identifies a gateway only if Microsoft's
 * migration created the gateway there.
 */
const PLACE = 'subnet:'

/** Returns a configuration in which the ARM IDs of the resource and its parts begin with `to` instead of `from`. */
export function replaceArmId(config: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed)
    if (typeof value === 'string') return isBelow(value, from) ? `${to}${value.slice(from.length)}` : value
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, renamed(member)]))
  }
  return renamed(config) as Record<string, unknown>
}

const isBelow = (id: string, parent: string) => `${id}/`.toLowerCase().startsWith(`${parent}/`.toLowerCase())
