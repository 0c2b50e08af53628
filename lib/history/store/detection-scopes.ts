import type { Queryable } from '#lib/platform/queryable.ts'

/** Whether anything of a group needs the next polls even if they tell nothing new. */
export async function anyScopeWaits(db: Queryable, scopes: readonly string[]): Promise<boolean> {
  if (scopes.length === 0) return false
  const { rows } = await db.query('SELECT 1 FROM detection_scope WHERE scope = ANY ($1) AND waits LIMIT 1', [scopes])
  return rows.length > 0
}

/**
 * What detection remembers of these circuits and gateways, by scope; those without any memory are left out. Whoever loads
 * them has them alone until the end of the transaction. Locks are taken in one order, so that groups which overlap wait for
 * each other and never in a circle.
 */
export async function loadDetectionScopes(db: Queryable, scopes: readonly string[]): Promise<Map<string, unknown>> {
  if (scopes.length === 0) return new Map()
  await db.query(
    `SELECT pg_advisory_xact_lock(hashtext('peerwatch_estate'), key)
     FROM (SELECT DISTINCT hashtext(scope) AS key FROM unnest($1::text[]) AS scope ORDER BY 1) AS keys`,
    [scopes],
  )
  const { rows } = await db.query<{ scope: string; state: unknown }>(
    'SELECT scope, state FROM detection_scope WHERE scope = ANY ($1)',
    [scopes],
  )
  return new Map(rows.map(({ scope, state }) => [scope, state]))
}

/** The same without having them alone: as somebody saved it last, and may be saving it anew. */
export async function peekDetectionScopes(db: Queryable, scopes: readonly string[]): Promise<Map<string, unknown>> {
  const { rows } = await db.query<{ scope: string; state: unknown }>(
    'SELECT scope, state FROM detection_scope WHERE scope = ANY ($1)',
    [scopes],
  )
  return new Map(rows.map(({ scope, state }) => [scope, state]))
}

export interface StoredScope {
  scope: string
  /** plain JSON */
  state: unknown
  waits: boolean
}

/** Keeps what detection remembers of scopes, in the order in which every writer locks them. */
export async function saveDetectionScopes(db: Queryable, stored: readonly StoredScope[]): Promise<void> {
  if (stored.length === 0) return
  await db.query(
    `INSERT INTO detection_scope (scope, state, waits)
     SELECT scope, state, waits FROM jsonb_to_recordset($1) AS n (scope text, state jsonb, waits boolean) ORDER BY scope
     ON CONFLICT (scope) DO UPDATE SET state = excluded.state, waits = excluded.waits, updated_at = now()`,
    [JSON.stringify(stored)],
  )
}
