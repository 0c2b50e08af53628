import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Facts that decide whether a resource can be joined with a removed resource, and whether the join can be undone. */
export interface ResourceJoinState {
  /** ID of the source (the polled subscription) whose inventory lists the resource; null = no inventory lists it */
  listedBy: number | null
  isListed: boolean
  /**
   * true if the resource is hidden. This happens after a join: the resource was joined with a former resource, which
   * now has its ARM ID
   */
  isAside: boolean
  /** true if the former ARM ID of the resource now belongs to another resource */
  isFormerIdTaken: boolean
  sessions: number
  events: number
  /** true if byte counters are stored under the ID of the resource */
  hasUsage: boolean
}

/**
 * Returns the facts for joins of a resource.
 * @returns null if the short ID is unknown
 */
export async function readResourceJoinState(db: SqlExecutor, shortId: string): Promise<ResourceJoinState | null> {
  const { rows } = await db.query<ResourceJoinState>(
    `SELECT r.listed_by AS "listedBy", r.first_present IS NOT NULL AS "isListed", r.joined_to IS NOT NULL AS "isAside",
       EXISTS (SELECT FROM resource o WHERE o.arm_key = (
         SELECT a.arm_key FROM resource_alias a WHERE a.resource_id = r.id ORDER BY a.moved_by DESC LIMIT 1)) AS "isFormerIdTaken",
       (SELECT count(*)::int FROM session x JOIN source s ON s.id = x.source_id WHERE s.resource_id = r.id) AS sessions,
       (SELECT count(*)::int FROM event e WHERE e.scope = r.short_id) AS events,
       EXISTS (SELECT FROM counter c JOIN source s ON s.id = c.source_id WHERE s.resource_id = r.id) AS "hasUsage"
     FROM resource r WHERE r.short_id = $1`,
    [shortId],
  )
  return rows[0] ?? null
}

/**
 * Requests that the next inventory joins a listed resource with a former resource, so that both count as one. Both
 * parameters are short IDs.
 */
export async function requestResourceJoin(db: SqlExecutor, id: string, former: string): Promise<void> {
  await db.query(
    `UPDATE resource r SET joins = f.id, parts = false FROM resource f WHERE r.short_id = $1 AND f.short_id = $2`,
    [id, former],
  )
}

/** Requests that the next inventory undoes the last join of a listed resource. */
export async function requestResourceSeparation(db: SqlExecutor, id: string): Promise<void> {
  await db.query('UPDATE resource SET parts = true, joins = NULL WHERE short_id = $1', [id])
}
