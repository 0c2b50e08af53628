import type { ActivityRow, Bounds, ResourceRow } from '#lib/contract/index.ts'
import type { Known } from './known.ts'

export interface ResourceView extends Omit<ResourceRow, 'config' | 'identities'> {
  /** short id */
  id: string
  /** as ARM listed it, in ARM's field names; null while only the id is known */
  config: Record<string, unknown> | null
  /** when this configuration came to be; null where only the id is known, or the resource is gone */
  since: Bounds | null
  /** not null: complete lists omit it since then */
  removed: Bounds | null
  /** the ARM id that it had before it was last moved, and when that was; null = it was not, or not yet */
  movedFrom: { resourceId: string; between: Bounds } | null
  known: Known
}

/** A change of a resource's configuration, or of what a connection says of itself. */
export interface ConfigChangeRow {
  scope: string
  scopeName: string
  resourceId: string
  resourceType: string
  /** the kind of poll that saw it */
  seenBy: 'inventory' | 'connection'
  op: 'added' | 'removed' | 'changed'
  /** JSON pointers of what differs, with both values; empty for added and removed */
  fields: { path: string; before: unknown; after: unknown }[]
  between: Bounds
}

export interface ActivityEntry extends Pick<ActivityRow, 'correlationId' | 'at' | 'operation' | 'status' | 'caller'> {
  id: string
  /** ARM id of what it is about, lower case */
  resourceKey: string
}
