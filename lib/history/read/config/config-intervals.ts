import type { ResourceColumns } from './resources.ts'
import type { ResourceView } from '../../types/resources.ts'
import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs, type PresenceBoundColumns } from '../../times.ts'
import { convertToSinceAndUntilBounds } from '../span-row.ts'

/** A period in which a resource's configuration stayed the same. */
export interface ConfigInterval {
  /** start; null = the resource had this configuration when it was first read */
  from: EpochMs | null
  /** end; null = ongoing */
  to: EpochMs | null
  /**
   * bounds of the start: the last inventory with the previous configuration, and the first inventory with this
   * configuration
   */
  since: TimestampBounds
  /** bounds of the end; null = ongoing */
  until: TimestampBounds | null
  config: Record<string, unknown>
}

export interface ConfiguredResource
  extends Pick<ResourceView, 'id' | 'resourceId' | 'name' | 'subscriptionId' | 'location'> {
  /** configurations of the resource, oldest first; at least one */
  intervals: ConfigInterval[]
}

interface Row extends PresenceBoundColumns, Omit<ResourceColumns, 'type' | 'resource_group' | 'config'> {
  short_id: string
  config: Record<string, unknown>
}

/**
 * Returns the configurations that resources of a type have had since a moment; the resources are ordered by name.
 * Resources that were removed since then are included. A change is dated by the first inventory that lists it.
 */
export async function readConfigIntervals(
  db: SqlExecutor,
  { type, since, ids }: { type: string; since: EpochMs; ids?: readonly string[] },
): Promise<ConfiguredResource[]> {
  const { rows } = await db.query<Row>(
    `SELECT r.short_id, r.arm_id, r.name, r.subscription_id, r.location, x.config, x.last_absent, x.first_present, x.last_present, x.first_absent
     FROM resource r JOIN resource_span x ON x.resource_id = r.id
     WHERE r.type = $1 AND (x.first_absent IS NULL OR x.first_absent > $2) AND ($3::text[] IS NULL OR r.short_id = ANY ($3))
     ORDER BY r.name, r.id, x.first_present`,
    [type, formatIsoTime(since), ids ?? null],
  )
  return [...Map.groupBy(rows, (row) => row.short_id).values()].flatMap((spans) => {
    const [first] = spans
    if (!first) return []
    const { short_id: id, arm_id: resourceId, name, subscription_id: subscriptionId, location } = first
    const intervals = spans.map((span) => ({
      from: span.last_absent === null ? null : toEpochMs(span.first_present),
      to: toEpochMs(span.first_absent),
      ...convertToSinceAndUntilBounds(span),
      config: span.config,
    }))
    return [{ id, resourceId, name, subscriptionId, location, intervals }]
  })
}
