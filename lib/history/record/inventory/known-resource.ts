import type { EpochMs, ResourceRow } from '#lib/contract/index.ts'
import type { OpenInterval } from '../interval.ts'
import type { UnconfirmedResourceRemoval } from './removals.ts'

/** A stored resource. */
export interface StoredInventoryResource extends Omit<Required<ResourceRow>, 'config'> {
  id: number
  /** configuration as last listed; null = only the ARM ID is known */
  config: Record<string, unknown> | null
  listedBy: number | null
  open: OpenInterval | null
  closedUntil: EpochMs | null
  /** start of the last poll that listed it before it was removed; null = not removed */
  removedAfter: EpochMs | null
  /**
   * absence that began with a complete list of its type that lacked the resource; null = the last complete list
   * contained it
   */
  missing: UnconfirmedResourceRemoval | null
  /** short ID of the resource */
  scope: string
  /**
   * row ID of the former resource that an operator declared to be the same as this one. The two are joined when this
   * resource is listed next. null = none
   */
  joins: number | null
  /**
   * true = an operator declared that this resource differs from the resource with which it was joined. The two are
   * separated when this resource is listed next.
   */
  parts: boolean
  /** true = this resource is hidden, because the resource with which it was joined is shown in its place */
  isAside: boolean
}
