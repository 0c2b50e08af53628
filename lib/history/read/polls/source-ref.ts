import { type CircuitPath, parsePath, peeringKind } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { SourceRef } from '../../types.ts'

/** Columns of `source s JOIN resource r`, for {@link sourceRef}. */
export const SOURCE_COLUMNS =
  's.id AS source_id, r.short_id, r.name AS scope_name, r.arm_id, r.type AS resource_type, s.subresource'

export interface SourceRefRow {
  source_id: number
  short_id: string
  scope_name: string
  arm_id: string
  resource_type: string
  subresource: string
}

/**
 * Condition on resource `r` for a scope given as a short id or an ARM id, also one that it had before it was moved and that is nobody's now;
 * parameter NULL = everything.
 */
export function inScope(parameter: number): string {
  const given = `$${parameter}`
  const moved = `SELECT a.resource_id FROM resource_alias a
    WHERE a.arm_key = lower(${given}) AND NOT EXISTS (SELECT FROM resource o WHERE o.arm_key = a.arm_key)
    ORDER BY a.moved_by DESC LIMIT 1`
  return `(${given}::text IS NULL OR r.short_id = ${given} OR r.arm_key = lower(${given}) OR r.id = (${moved}))`
}

/**
 * Sources of a scope given as a short id or an ARM id; null = everything. A question that hands them to the database as a list reads their
 * rows alone, whatever the planner makes of its joins.
 */
export async function sourcesInScope(db: Queryable, scope: string | undefined): Promise<number[] | null> {
  if (scope === undefined) return null
  const { rows } = await db.query<{ id: number }>(
    `SELECT s.id FROM source s JOIN resource r ON r.id = s.resource_id WHERE ${inScope(1)}`,
    [scope],
  )
  return rows.map(({ id }) => id)
}

/** Condition on a column with the source, for {@link sourcesInScope} as a parameter. */
export const ofSources = (column: string, parameter: number): string =>
  `($${parameter}::int[] IS NULL OR ${column} = ANY ($${parameter}))`

export function sourceRef(row: SourceRefRow): SourceRef {
  return {
    sourceId: row.source_id,
    scope: row.short_id,
    scopeName: row.scope_name,
    resourceId: row.arm_id,
    resourceType: row.resource_type,
    subresource: row.subresource,
    ...placeOf(row.subresource),
  }
}

/** Peering and path of a subresource such as `AzurePrivatePeering/primary`, or a peering alone; a neighbor's address is neither. */
function placeOf(subresource: string): { peering: string | null; path: CircuitPath | null } {
  const { peering, path } = parsePath(subresource)
  return path === null && peeringKind(peering) === null ? { peering: null, path } : { peering, path }
}

export async function sourceById(db: Queryable, sourceId: number): Promise<SourceRef | null> {
  const { rows } = await db.query<SourceRefRow>(
    `SELECT ${SOURCE_COLUMNS} FROM source s JOIN resource r ON r.id = s.resource_id WHERE s.id = $1`,
    [sourceId],
  )
  return rows[0] ? sourceRef(rows[0]) : null
}
