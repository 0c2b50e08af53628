import type { EpochMs } from '#lib/contract/index.ts'
import { cacheResultsUntilChange } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Incidents within 24 hours whose root events have the same kind and resource. */
export interface IncidentRecurrence {
  key: string
  /** number of incidents in the 24 h up to the opening, including the incident itself */
  count: number
  /** opening times of the latest of these incidents, oldest first */
  openedAt: EpochMs[]
}

/** Maximum number of opening times that are returned for each incident. */
const MAX_RECURRENCES = 50

/**
 * Returns, for each incident, the number of incidents with the same kind and resource in the 24 h up to its opening.
 * Incidents whose root event was deleted, and incidents whose events were moved to another incident, are not counted.
 */
export async function countIncidentRecurrences(
  db: SqlExecutor,
  ids: readonly string[],
): Promise<Map<string, IncidentRecurrence>> {
  if (ids.length === 0) return new Map()
  const { rows } = await cacheResultsUntilChange(() =>
    db.query<{ id: string; key: string; count: number; opened: Date[] }>(
      `WITH asked AS (
       SELECT i.id, i.opened_at, e.kind, e.scope FROM incident i JOIN event e ON e.id = i.root WHERE i.id = ANY ($1)),
     near AS (
       SELECT i.id, i.opened_at, e.kind, e.scope, e.incident_id = i.id AS is_own FROM incident i JOIN event e ON e.id = i.root
       WHERE i.opened_at > (SELECT min(opened_at) FROM asked) - interval '24 hours'
         AND i.opened_at <= (SELECT max(opened_at) FROM asked))
     SELECT a.id, a.kind || '/' || a.scope AS key, count(*)::int AS count,
       (array_agg(n.opened_at ORDER BY n.opened_at DESC))[1:${MAX_RECURRENCES}] AS opened
     FROM asked a JOIN near n ON n.kind = a.kind AND n.scope = a.scope
       AND n.opened_at > a.opened_at - interval '24 hours' AND n.opened_at <= a.opened_at
       AND (n.is_own OR n.id = a.id)
     GROUP BY a.id, a.kind, a.scope`,
      [ids],
    ),
  )
  return new Map(
    rows.map(({ id, key, count, opened }) => [
      id,
      { key, count, openedAt: opened.map((at) => at.getTime()).toReversed() },
    ]),
  )
}
