import type { ActivityRow, TimestampBounds, ResourceRow } from '#lib/contract/index.ts'
import type { CertaintyOfState } from './known.ts'

export interface ResourceView extends Omit<ResourceRow, 'config' | 'identities'> {
  /** short ID of the resource */
  id: string
  /** configuration with ARM's field names, as last listed; null if only the ID is known */
  config: Record<string, unknown> | null
  /** bounds of the time at which this configuration began; null if only the ID is known, or the resource is removed */
  since: TimestampBounds | null
  /** bounds of the time at which the resource was removed; null = not removed */
  removed: TimestampBounds | null
  /**
   * ARM ID of the resource before the last move, and the bounds of that move; null = not moved up to the requested
   * moment
   */
  movedFrom: { resourceId: string; between: TimestampBounds } | null
  known: CertaintyOfState
}

/** A change of a resource's configuration, or of the status that a connection reports about itself. */
export interface ConfigChangeRow {
  scope: string
  scopeName: string
  resourceId: string
  resourceType: string
  /** kind of the poll that showed the change */
  seenBy: 'inventory' | 'connection'
  op: 'added' | 'removed' | 'changed'
  /** differing fields as JSON pointers, with both values; empty for `added` and `removed` */
  fields: { path: string; before: unknown; after: unknown }[]
  between: TimestampBounds
}

export interface ActivityEntry extends Pick<ActivityRow, 'correlationId' | 'at' | 'operation' | 'status' | 'caller'> {
  id: string
  /**
   * lower-case ARM ID of the resource on which the activity was performed. An activity is an entry of Azure's activity
   * log.
   */
  resourceKey: string
}
