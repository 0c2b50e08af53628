import type { EpochMs } from '#lib/contract/index.ts'
import type { RoutesSeenState } from '../api/index.ts'
import type { PrefixesLostByGateway, RouteCounts } from '../rules/impact-routes.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '#lib/history/statements.ts'

/** The part of an incident's impact that comes from route tables. */
export interface RouteTableImpact {
  routes: RoutesSeenState
  /** names of the gateways whose tables were not read */
  unread: string[]
  /** prefixes by effect, counted from tables; null = the tables are unknown */
  counts: RouteCounts | null
}

/**
 * Version of the rules that compare route tables and count prefixes. A change of these rules, or of the stored form,
 * increases it, so that stored impacts of a lower version are computed again.
 */
export const IMPACT_RULES_VERSION = 6

/** The stored impact of a closed incident. */
export interface StoredImpact extends RouteTableImpact {
  /** hash of the events and times from which the impact was computed */
  of: string
  /** {@link IMPACT_RULES_VERSION} of the version that computed it; 0 = a version before these numbers */
  rules: number
  storedAt: EpochMs
  /** latest time at which a lost prefix had a route again; null = no prefix was lost, or none has returned */
  lastReturn: EpochMs | null
  /** times during which prefixes had at most a default route; empty if the caller did not request them */
  absences: PrefixesLostByGateway[]
  /** true = a prefix has not returned, as far as is known */
  isStillLost: boolean
}

/** SQL that is true for a stored impact with a prefix whose return is not known. */
const IS_OPEN = `m.absences @> '[{"absences": [{"ended": null}]}]'`
/**
 * SQL that is true for a stored impact of an incident after whose start a table was not read yet, or whose gateways or
 * tables were unknown, for example because they were not polled at that time.
 */
const IS_UNREAD = `m.impact ->> 'routes' <> 'read'`
/** SQL that is true if a new impact is about the same inputs as the stored one, by the same rules. */
const IS_SAME = `(m.of = excluded.of AND m.impact -> 'rules' = excluded.impact -> 'rules')`
/**
 * SQL that is true if the gateways of a new impact are unknown, although the stored one has numbers for the same inputs.
 * The numbers of other inputs, for example from before an event about another gateway joined, are not kept.
 */
const HAS_LESS = `(excluded.impact ->> 'routes' = 'unknown' AND m.of = excluded.of AND m.impact -> 'counts' <> 'null')`
/**
 * SQL that is true if an incident may have changed after it was read for its stored impact. A change has the time at
 * which its transaction began, so that one minute is added until its commit.
 */
const IS_OLDER = `m.stored_at < i.updated_at + interval '1 minute'`
/** SQL of the time until an impact that is not final is compared again. */
const WAITS = `least(($1::timestamptz - i.closed_at) / 10, interval '6 hours')`
/** SQL of the version of the rules of a stored impact. */
const RULES = `coalesce((m.impact ->> 'rules')::int, 0)`

/** Reads the stored impacts of incidents, by incident ID. */
export async function readStoredImpacts(
  db: SqlExecutor,
  ids: readonly string[],
  { withAbsences }: { withAbsences: boolean },
): Promise<Map<string, StoredImpact>> {
  if (ids.length === 0) return new Map()
  const rows = await queryWithPreparedStatement<
    Omit<StoredImpact, keyof RouteTableImpact | 'storedAt'> & { id: string; impact: RouteTableImpact; storedAt: Date }
  >(
    db,
    'storedImpacts',
    `SELECT incident_id AS id, of, ${RULES} AS rules, stored_at AS "storedAt", impact - 'rules' AS impact,
       CASE WHEN $2 THEN absences ELSE '[]' END AS absences, ${IS_OPEN} AS "isStillLost",
       (SELECT max((one -> 'ended' ->> 'latest')::float8) FROM jsonb_path_query(absences, '$[*].absences[*]') one) AS "lastReturn"
     FROM incident_impact m WHERE incident_id = ANY ($1)`,
    [ids, withAbsences],
  )
  return new Map(
    rows.map(({ id, impact, storedAt, ...row }) => [id, { ...impact, ...row, storedAt: toEpochMs(storedAt) }]),
  )
}

/** Place in the list of incidents whose impact is to be stored, by which the next batch is read. */
export interface UnstoredIncident {
  id: string
  closedAt: EpochMs
  /** time of the database's clock before the incidents were read */
  readAt: EpochMs
}

/**
 * Returns closed incidents whose impact is not stored yet, or which have changed since it was stored, or
 * whose impact was computed by rules of a lower version; the latest closed first. Also returns incidents whose stored
 * impact was not final, if it is older than `closedBy`:
 * - a table had not been read after the incident began, or was unknown (for 8 days after the closing)
 * - a prefix had not returned (for 2 hours; for 8 days if a resource was removed)
 * The interval of these comparisons is a tenth of the time since the closing, at most 6 hours.
 * @param query.closedBy latest time of the closing
 * @param query.after last incident of the former batch; absent = the first batch
 * @param query.isWhole false = only incidents that closed or changed in the last 8 days, so that not every row is read
 */
export async function readIncidentsWithoutStoredImpact(
  db: SqlExecutor,
  query: { closedBy: EpochMs; limit: number; after?: UnstoredIncident | undefined; isWhole?: boolean },
): Promise<UnstoredIncident[]> {
  const { closedBy, limit, after, isWhole = true } = query
  const rows = await queryWithPreparedStatement<{ id: string; closedAt: Date; readAt: Date }>(
    db,
    'unstoredIncidents',
    `SELECT i.id, i.closed_at AS "closedAt", statement_timestamp() AS "readAt" FROM incident i LEFT JOIN incident_impact m ON m.incident_id = i.id
     WHERE i.closed_at <= $1 AND ($4::timestamptz IS NULL OR i.closed_at < $4 OR (i.closed_at = $4 AND i.id > $5))
       AND ($6 OR greatest(i.closed_at, i.updated_at) > $1::timestamptz - interval '8 days') AND (m.incident_id IS NULL OR ${IS_OLDER} OR ${RULES} < $3
       OR (i.closed_at > $1::timestamptz - interval '8 days' AND m.stored_at <= $1::timestamptz - ${WAITS} AND (${IS_UNREAD} OR ${IS_OPEN}
         AND (i.closed_at > $1::timestamptz - interval '2 hours' OR EXISTS (SELECT FROM event e
           WHERE e.incident_id = i.id AND (e.kind = 'resource_removed' OR 'removed' = ANY (e.flags)))))))
     ORDER BY i.closed_at DESC, i.id LIMIT $2`,
    [
      formatIsoTime(closedBy),
      limit,
      IMPACT_RULES_VERSION,
      formatIsoTime(after?.closedAt ?? null),
      after?.id ?? null,
      isWhole,
    ],
  )
  return rows.map(({ id, closedAt, readAt }) => ({ id, closedAt: toEpochMs(closedAt), readAt: toEpochMs(readAt) }))
}

/**
 * Stores the impact of closed incidents. The existing impact is kept in these cases, because a new comparison would
 * find less:
 * - its hash and its rules are the same, and all tables had been read; since then tables may have been deleted
 * - `hasTables` is false
 * - its hash is the same, and the gateways are unknown now, for example because a gateway was removed
 * @param readAt time of the database's clock before the incidents were read. It is stored, so that an event that joins
 *   during the comparison counts as later.
 */
export async function storeImpacts(
  db: SqlExecutor,
  impacts: readonly (RouteTableImpact &
    Pick<StoredImpact, 'of' | 'absences'> & {
      id: string
      closedAt: EpochMs
      /** false = retention may have deleted the tables of the begin of the incident */
      hasTables: boolean
    })[],
  readAt: EpochMs,
): Promise<void> {
  await queryWithPreparedStatement(
    db,
    'storeImpacts',
    `INSERT INTO incident_impact AS m (incident_id, of, closed_at, stored_at, impact, absences)
     SELECT g.id, g.of, g.closed_at, $7::timestamptz, g.impact, g.absences
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[], $5::jsonb[]) AS g (id, of, closed_at, impact, absences)
     WHERE EXISTS (SELECT FROM incident i WHERE i.id = g.id)
     ON CONFLICT (incident_id) DO UPDATE SET stored_at = excluded.stored_at, of = excluded.of, closed_at = excluded.closed_at,
       impact = CASE WHEN m.incident_id <> ALL ($6) OR ${HAS_LESS} OR (${IS_SAME} AND NOT ${IS_UNREAD})
         THEN m.impact || jsonb_build_object('rules', excluded.impact -> 'rules') ELSE excluded.impact END,
       absences = CASE WHEN m.incident_id <> ALL ($6) OR ${HAS_LESS} OR (${IS_SAME} AND NOT ${IS_UNREAD} AND NOT ${IS_OPEN})
         THEN m.absences ELSE excluded.absences END`,
    [
      impacts.map(({ id }) => id),
      impacts.map(({ of }) => of),
      impacts.map(({ closedAt }) => formatIsoTime(closedAt)),
      impacts.map(({ routes, unread, counts }) =>
        JSON.stringify({ routes, unread, counts, rules: IMPACT_RULES_VERSION }),
      ),
      impacts.map(({ absences }) => JSON.stringify(absences)),
      impacts.flatMap(({ id, hasTables }) => (hasTables ? id : [])),
      formatIsoTime(readAt),
    ],
  )
}
