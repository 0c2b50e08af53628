import type { AwaitedPollData, EpochMs } from '#lib/contract/index.ts'
import { formatIsoTime } from '../times.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Request to check whether detection must run on a scope (a circuit or gateway) after a poll. `at` = time of the check.
 * `brings` = data in the poll for which the scope may be waiting.
 */
export interface ResourceStateRequest {
  scope: string
  at: EpochMs
  brings: AwaitedPollData | null
}

/**
 * Returns the requests for scopes on which detection must run although the poll contains no change. This is so if the
 * stored time of the scope has passed, or if the poll contains data for which the scope waits.
 */
export async function findResourcesToRecheck(
  db: SqlExecutor,
  asked: readonly ResourceStateRequest[],
): Promise<Pick<ResourceStateRequest, 'scope' | 'brings'>[]> {
  if (asked.length === 0) return []
  const { rows } = await db.query<Pick<ResourceStateRequest, 'scope' | 'brings'>>({
    name: 'scopes_to_recheck',
    text: `SELECT d.scope, n.brings
           FROM detection_scope d JOIN unnest($1::text[], $2::timestamptz[], $3::text[]) AS n (scope, at, brings) ON d.scope = n.scope
             AND (d.recheck_at <= n.at OR n.brings = 'bytes' AND d.awaits_bytes OR n.brings = 'routes' AND d.awaits_routes)`,
    values: [
      asked.map(({ scope }) => scope),
      asked.map(({ at }) => formatIsoTime(at)),
      asked.map(({ brings }) => brings),
    ],
  })
  return rows
}

/**
 * Maximum number of scopes whose state is cached per connection. The state of a flapping circuit is 160 kB of JSON, and
 * is needed for each poll around it.
 */
const MAX_KEPT = 64
/**
 * Cached states by connection and scope. The version of a state consists of the row's `xmin` and `ctid`, which change
 * with every write.
 */
const kept = openProcessCache<ScopeRow>('detection_scopes', { maxSize: MAX_KEPT })

type ScopeRow = { version: string; state: unknown }

/**
 * Loads and locks the detection state of circuits and gateways, by scope. Scopes without a state are left out. The
 * caller holds the locks until the end of the transaction, and must not modify the returned states.
 * Locks are taken in a fixed order, so that callers with overlapping scopes wait for each other without a deadlock.
 * @param due map that the function fills with the stored times at which detection must run again
 */
export async function loadResourceStates(
  db: SqlExecutor,
  scopes: readonly string[],
  due?: Map<string, ResourceRecheckTime>,
): Promise<Map<string, unknown>> {
  if (scopes.length === 0) return new Map()
  await db.query(
    `SELECT pg_advisory_xact_lock(hashtext('peerwatch_estate'), key)
     FROM (SELECT DISTINCT hashtext(scope) AS key FROM unnest($1::text[]) AS scope ORDER BY 1) AS keys`,
    [scopes],
  )
  const known = new Map(scopes.map((scope) => [scope, kept.find(db, scope)]))
  const { rows } = await db.query<ScopeRow & { scope: string; recheck_at: Date | null; awaits: AwaitedPollData[] }>(
    `SELECT d.scope, v.version, CASE WHEN v.version IS DISTINCT FROM k.version THEN d.state END AS state, d.recheck_at,
       array_remove(ARRAY[CASE WHEN d.awaits_bytes THEN 'bytes' END, CASE WHEN d.awaits_routes THEN 'routes' END], NULL) AS awaits
     FROM detection_scope d JOIN unnest($1::text[], $2::text[]) AS k (scope, version) ON d.scope = k.scope
     CROSS JOIN LATERAL (SELECT concat(d.xmin, d.ctid) AS version) v`,
    [[...known.keys()], [...known.values()].map((one) => one?.version ?? null)],
  )
  const loaded = rows.map(({ scope, version, state: read, recheck_at: at, awaits }) => {
    due?.set(scope, { recheckAt: at?.getTime() ?? null, awaits })
    // If the query returned null for a state, the state is unchanged since it was cached.
    const state = read ?? known.get(scope)?.state
    kept.store(db, scope, { version, state })
    return [scope, state] as const
  })
  return new Map(loaded)
}

/**
 * Returns the detection state of circuits and gateways as it was last saved, without locks. Another transaction may
 * save it again at any time.
 * @param fields fields of the state; absent = all
 */
export async function readResourceStatesUnlocked(
  db: SqlExecutor,
  scopes: readonly string[],
  fields?: readonly string[],
): Promise<Map<string, unknown>> {
  if (scopes.length === 0) return new Map()
  const { rows } = await db.query<{ scope: string; state: unknown }>(
    fields
      ? `SELECT scope, (SELECT jsonb_object_agg(key, value) FROM jsonb_each(state) WHERE key = ANY ($2)) AS state
         FROM detection_scope WHERE scope = ANY ($1)`
      : 'SELECT scope, state FROM detection_scope WHERE scope = ANY ($1)',
    fields ? [scopes, fields] : [scopes],
  )
  return new Map(rows.map(({ scope, state }) => [scope, state]))
}

/** Time at which detection must run on a scope again. */
export interface ResourceRecheckTime {
  /**
   * time from which detection must run at the next poll even if the poll contains no change; 0 = at any next poll, null
   * = no such time
   */
  recheckAt: EpochMs | null
  /** data for which detection waits: the next poll with it must run detection; in alphabetical order; absent = none */
  awaits?: readonly AwaitedPollData[]
}

export interface StoredResourceState extends ResourceRecheckTime {
  scope: string
  /** detection state as plain JSON */
  state: unknown
}

const DUE = `to_timestamp("recheckAt" / 1000) AS recheck_at,
       coalesce(awaits ? 'bytes', false) AS awaits_bytes, coalesce(awaits ? 'routes', false) AS awaits_routes`

/** Saves the detection state of scopes, ordered by scope, so that concurrent calls lock the rows in the same order. */
export async function saveResourceStates(db: SqlExecutor, stored: readonly StoredResourceState[]): Promise<void> {
  if (stored.length === 0) return
  await db.query(
    `INSERT INTO detection_scope (scope, state, recheck_at, awaits_bytes, awaits_routes)
     SELECT scope, state, ${DUE}
     FROM jsonb_to_recordset($1) AS n (scope text, state jsonb, "recheckAt" float8, awaits jsonb) ORDER BY scope
     ON CONFLICT (scope) DO UPDATE SET state = excluded.state, recheck_at = excluded.recheck_at,
       awaits_bytes = excluded.awaits_bytes, awaits_routes = excluded.awaits_routes, updated_at = now()`,
    [JSON.stringify(stored)],
  )
}

/**
 * Saves the times at which detection must run again, for scopes with a stored state. The state is not changed, and
 * unchanged rows are not written.
 */
export async function saveRecheckTimes(
  db: SqlExecutor,
  rechecks: readonly Omit<StoredResourceState, 'state'>[],
): Promise<void> {
  if (rechecks.length === 0) return
  await db.query(
    `UPDATE detection_scope d SET recheck_at = n.recheck_at, awaits_bytes = n.awaits_bytes, awaits_routes = n.awaits_routes
     FROM (SELECT scope, ${DUE} FROM jsonb_to_recordset($1) AS r (scope text, "recheckAt" float8, awaits jsonb)) n
     WHERE d.scope = n.scope
       AND (d.recheck_at, d.awaits_bytes, d.awaits_routes) IS DISTINCT FROM (n.recheck_at, n.awaits_bytes, n.awaits_routes)`,
    [JSON.stringify(rechecks.map(({ scope, recheckAt, awaits }) => ({ scope, recheckAt, awaits })))],
  )
}

/**
 * Requests that detection runs on scopes again at a time, even if polls contain no change. An earlier stored time is
 * kept. Scopes without a stored state are ignored.
 */
export async function requestDetectionOfResources(
  db: SqlExecutor,
  scopes: readonly string[],
  at: EpochMs,
): Promise<void> {
  if (scopes.length === 0) return
  await db.query(
    'UPDATE detection_scope SET recheck_at = least(recheck_at, $2) WHERE scope = ANY ($1) AND recheck_at > $2 IS NOT FALSE',
    [scopes, new Date(at)],
  )
}
