import type { EpochMs } from '#lib/contract/index.ts'
import type { RoutesSeenState } from '../api/index.ts'
import type { PrefixesLostByGateway, RouteCounts } from '../rules/impact-routes.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/** The part of an incident's impact that comes from route tables. */
export interface RouteTableImpact {
  routes: RoutesSeenState
  /** names of the gateways whose tables were not read */
  unread: string[]
  /** prefixes by effect, counted from tables; null = the tables are unknown */
  counts: RouteCounts | null
}

/** The stored impact of a closed incident. */
interface StoredImpact extends RouteTableImpact {
  /** hash of the events and times from which the impact was computed */
  of: string
  /** times during which prefixes had at most a default route; empty if the caller did not request them */
  absences: PrefixesLostByGateway[]
  /** true = a prefix has not returned, as far as is known */
  isStillLost: boolean
}

/** SQL that is true for a stored impact with a prefix whose return is not known. */
const IS_OPEN = `m.absences @> '[{"absences": [{"ended": null}]}]'`

/** Reads the stored impacts of incidents, by incident ID. */
export async function readStoredImpacts(
  db: SqlExecutor,
  ids: readonly string[],
  { withAbsences }: { withAbsences: boolean },
): Promise<Map<string, StoredImpact>> {
  if (ids.length === 0) return new Map()
  const rows = await queryWithPreparedStatement<
    Omit<StoredImpact, keyof RouteTableImpact> & { id: string; impact: RouteTableImpact }
  >(
    db,
    'storedImpacts',
    `SELECT incident_id AS id, of, impact, CASE WHEN $2 THEN absences ELSE '[]' END AS absences, ${IS_OPEN} AS "isStillLost"
     FROM incident_impact m WHERE incident_id = ANY ($1)`,
    [ids, withAbsences],
  )
  return new Map(rows.map(({ id, impact, ...row }) => [id, { ...impact, ...row }]))
}

/**
 * Returns the IDs of closed incidents whose impact is not stored yet, or which have changed since it was stored; the
 * latest closed first. Also returns incidents about removed resources that were closed in the last 8 days, if one of
 * their prefixes had not returned.
 * @param closedBy latest time of the closing
 */
export async function readIncidentsWithoutStoredImpact(
  db: SqlExecutor,
  closedBy: EpochMs,
  limit: number,
): Promise<string[]> {
  const rows = await queryWithPreparedStatement<{ id: string }>(
    db,
    'unstoredIncidents',
    `SELECT i.id FROM incident i LEFT JOIN incident_impact m ON m.incident_id = i.id
     WHERE i.closed_at <= $1 AND (m.incident_id IS NULL OR m.stored_at < i.updated_at
       OR (i.closed_at > $1::timestamptz - interval '8 days' AND m.stored_at <= $1 AND ${IS_OPEN}
         AND EXISTS (SELECT FROM event e WHERE e.incident_id = i.id AND (e.kind = 'resource_removed' OR 'removed' = ANY (e.flags)))))
     ORDER BY i.closed_at DESC, i.id LIMIT $2`,
    [formatIsoTime(closedBy), limit],
  )
  return rows.map(({ id }) => id)
}

/**
 * Stores the impact of closed incidents. If the hash is the same as before, the existing impact is kept, because the
 * route tables may have been deleted since and a new comparison would find less.
 */
export async function storeImpacts(
  db: SqlExecutor,
  impacts: readonly (Omit<StoredImpact, 'isStillLost'> & { id: string; closedAt: EpochMs })[],
): Promise<void> {
  await queryWithPreparedStatement(
    db,
    'storeImpacts',
    `INSERT INTO incident_impact AS m (incident_id, of, closed_at, stored_at, impact, absences)
     SELECT g.id, g.of, g.closed_at, clock_timestamp(), g.impact, g.absences
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[], $5::jsonb[]) AS g (id, of, closed_at, impact, absences)
     WHERE EXISTS (SELECT FROM incident i WHERE i.id = g.id)
     ON CONFLICT (incident_id) DO UPDATE SET stored_at = excluded.stored_at, of = excluded.of, closed_at = excluded.closed_at,
       impact = CASE WHEN m.of = excluded.of THEN m.impact ELSE excluded.impact END,
       absences = CASE WHEN m.of = excluded.of AND NOT ${IS_OPEN} THEN m.absences ELSE excluded.absences END`,
    [
      impacts.map(({ id }) => id),
      impacts.map(({ of }) => of),
      impacts.map(({ closedAt }) => formatIsoTime(closedAt)),
      impacts.map(({ routes, unread, counts }) => JSON.stringify({ routes, unread, counts })),
      impacts.map(({ absences }) => JSON.stringify(absences)),
    ],
  )
}
