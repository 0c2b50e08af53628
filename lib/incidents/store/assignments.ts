import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '#lib/history/statements.ts'
import type { StoredIncidentAssignment } from '#lib/history/index.ts'

/**
 * Records the assignee of an incident, in the caller's transaction. Without a note, nothing is recorded if the incident
 * already has this assignee.
 * @returns false if no incident has this ID
 */
export async function assignIncident(
  client: SqlExecutor,
  id: string,
  { assignee, by, note, at }: StoredIncidentAssignment,
): Promise<boolean> {
  // Locks the row, so that of two concurrent assignments the later one sees the earlier one.
  const { rowCount } = await client.query('SELECT FROM incident WHERE id = $1 FOR UPDATE', [id])
  if (rowCount === 0) return false
  await client.query(
    `INSERT INTO incident_assignment (incident_id, assignee, assigned_by, assigned_at, note)
     SELECT $1, $2, $3, $4, $5
     WHERE $5::text IS NOT NULL OR $2::text IS DISTINCT FROM (
       SELECT assignee FROM incident_assignment WHERE incident_id = $1 ORDER BY id DESC LIMIT 1)`,
    [id, assignee, by, formatIsoTime(at), note],
  )
  return true
}

/** Returns the assignments of an incident, oldest first. */
export async function listAssignments(db: SqlExecutor, incidentId: string): Promise<StoredIncidentAssignment[]> {
  const { rows } = await db.query<{
    assignee: string | null
    assigned_by: string
    assigned_at: Date
    note: string | null
  }>('SELECT assignee, assigned_by, assigned_at, note FROM incident_assignment WHERE incident_id = $1 ORDER BY id', [
    incidentId,
  ])
  return rows.map(({ assigned_by, assigned_at, ...row }) => ({ ...row, by: assigned_by, at: toEpochMs(assigned_at) }))
}

/** Returns the names that were assigned since a moment, latest first. */
export async function listRecentAssignees(db: SqlExecutor, since: EpochMs, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ assignee: string }>(
    `SELECT assignee FROM incident_assignment WHERE assignee IS NOT NULL AND assigned_at >= $1
     GROUP BY assignee ORDER BY max(id) DESC LIMIT $2`,
    [formatIsoTime(since), limit],
  )
  return rows.map(({ assignee }) => assignee)
}
