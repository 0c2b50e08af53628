import type { Awaits, EpochMs } from '#lib/contract/index.ts'
import { iso } from '../times.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Whether a scope must be folded by a moment, or by a poll that brings what it may wait for. */
export interface ScopeRequest {
  scope: string
  at: EpochMs
  brings: Awaits | null
}

/** Which of these scopes must be folded, each by its own moment or by what is brought, even if polls say nothing new. */
export async function scopesToRecheck(
  db: Queryable,
  asked: readonly ScopeRequest[],
): Promise<Pick<ScopeRequest, 'scope' | 'brings'>[]> {
  if (asked.length === 0) return []
  const { rows } = await db.query<Pick<ScopeRequest, 'scope' | 'brings'>>({
    name: 'scopes_to_recheck',
    text: `SELECT d.scope, n.brings
           FROM detection_scope d JOIN unnest($1::text[], $2::timestamptz[], $3::text[]) AS n (scope, at, brings) ON d.scope = n.scope
             AND (d.recheck_at <= n.at OR n.brings = 'bytes' AND d.awaits_bytes OR n.brings = 'routes' AND d.awaits_routes)`,
    values: [asked.map(({ scope }) => scope), asked.map(({ at }) => iso(at)), asked.map(({ brings }) => brings)],
  })
  return rows
}

/** Scopes whose memory a connection keeps as it read it: that of a flapping circuit is 160 kB of JSON, and is loaded for each poll around it. */
const MAX_KEPT = 64
/** By connection and scope; a version is the row's transaction and place, so that a row that was written is another one. */
const kept = new Cache<ScopeRow>('detection_scopes', { maxSize: MAX_KEPT })

type ScopeRow = { version: string; state: unknown }

/**
 * What detection remembers of these circuits and gateways, by scope; those without any memory are left out. Whoever loads
 * them has them alone until the end of the transaction, and must not write into them. Locks are taken in one order, so that groups which
 * overlap wait for each other and never in a circle.
 * @param due takes what is kept of when they must be folded again
 */
export async function loadDetectionScopes(
  db: Queryable,
  scopes: readonly string[],
  due?: Map<string, ScopeDue>,
): Promise<Map<string, unknown>> {
  if (scopes.length === 0) return new Map()
  await db.query(
    `SELECT pg_advisory_xact_lock(hashtext('peerwatch_estate'), key)
     FROM (SELECT DISTINCT hashtext(scope) AS key FROM unnest($1::text[]) AS scope ORDER BY 1) AS keys`,
    [scopes],
  )
  const known = new Map(scopes.map((scope) => [scope, kept.find(db, scope)]))
  const { rows } = await db.query<ScopeRow & { scope: string; recheck_at: Date | null; awaits: Awaits[] }>(
    `SELECT d.scope, v.version, CASE WHEN v.version IS DISTINCT FROM k.version THEN d.state END AS state, d.recheck_at,
       array_remove(ARRAY[CASE WHEN d.awaits_bytes THEN 'bytes' END, CASE WHEN d.awaits_routes THEN 'routes' END], NULL) AS awaits
     FROM detection_scope d JOIN unnest($1::text[], $2::text[]) AS k (scope, version) ON d.scope = k.scope
     CROSS JOIN LATERAL (SELECT concat(d.xmin, d.ctid) AS version) v`,
    [[...known.keys()], [...known.values()].map((one) => one?.version ?? null)],
  )
  const loaded = rows.map(({ scope, version, state: read, recheck_at: at, awaits }) => {
    due?.set(scope, { recheckAt: at?.getTime() ?? null, awaits })
    // null = as the connection has it
    const state = read ?? known.get(scope)?.state
    kept.store(db, scope, { version, state })
    return [scope, state] as const
  })
  return new Map(loaded)
}

/**
 * The same without having them alone: as somebody saved it last; another transaction may be about to save it again.
 * @param fields of the memory; not given = all
 */
export async function peekDetectionScopes(
  db: Queryable,
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

/** When a scope must be folded again. */
export interface ScopeDue {
  /** from when on a poll must be folded even if it says nothing new; 0 = the next one, null = none */
  recheckAt: EpochMs | null
  /** it must be by the next poll that brings one of these, in the order of their alphabet; absent = none */
  awaits?: readonly Awaits[]
}

export interface StoredScope extends ScopeDue {
  scope: string
  /** plain JSON */
  state: unknown
}

const DUE = `to_timestamp("recheckAt" / 1000) AS recheck_at,
       coalesce(awaits ? 'bytes', false) AS awaits_bytes, coalesce(awaits ? 'routes', false) AS awaits_routes`

/** Keeps what detection remembers of scopes, in the order in which every writer locks them. */
export async function saveDetectionScopes(db: Queryable, stored: readonly StoredScope[]): Promise<void> {
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

/** Keeps when scopes that are stored must be folded again, and leaves their states; rows in which nothing differs are not written. */
export async function saveRechecks(db: Queryable, rechecks: readonly Omit<StoredScope, 'state'>[]): Promise<void> {
  if (rechecks.length === 0) return
  await db.query(
    `UPDATE detection_scope d SET recheck_at = n.recheck_at, awaits_bytes = n.awaits_bytes, awaits_routes = n.awaits_routes
     FROM (SELECT scope, ${DUE} FROM jsonb_to_recordset($1) AS r (scope text, "recheckAt" float8, awaits jsonb)) n
     WHERE d.scope = n.scope
       AND (d.recheck_at, d.awaits_bytes, d.awaits_routes) IS DISTINCT FROM (n.recheck_at, n.awaits_bytes, n.awaits_routes)`,
    [JSON.stringify(rechecks.map(({ scope, recheckAt, awaits }) => ({ scope, recheckAt, awaits })))],
  )
}

/** Asks that scopes be folded again by a moment, whatever polls say; what is asked for sooner stays. Nothing is kept of an unknown scope. */
export async function requestFold(db: Queryable, scopes: readonly string[], at: EpochMs): Promise<void> {
  if (scopes.length === 0) return
  await db.query(
    'UPDATE detection_scope SET recheck_at = least(recheck_at, $2) WHERE scope = ANY ($1) AND recheck_at > $2 IS NOT FALSE',
    [scopes, new Date(at)],
  )
}
