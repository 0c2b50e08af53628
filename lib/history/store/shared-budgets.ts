import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Prefix of the keys under which request budgets are stored among the values of the installation. */
const PREFIX = 'requests '
/** Time after its last use from which a budget is no longer returned as known. */
const KNOWN_FOR = '7 days'

/** A use of a request budget. `refillMs` = time that Azure takes to refill the used amount, milliseconds. */
export interface RequestBudgetUse {
  budget: string
  refillMs: number
}

/**
 * Records uses of request budgets that all workers share, by the database's clock. For each budget, its row stores the
 * time at which Azure will have refilled everything that was used.
 * @param draws each budget once
 * @returns milliseconds until that time, in the order of the draws
 * @source ITU-T I.371, generic cell rate algorithm (virtual scheduling)
 */
export async function recordRequestBudgetUses(db: SqlExecutor, draws: readonly RequestBudgetUse[]): Promise<number[]> {
  const { rows } = await db.query<{ key: string; behindMs: number }>(
    `WITH now AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms)
     INSERT INTO deployment (key, value, updated_at)
     SELECT draw.key, jsonb_build_object('refilledAt', now.ms + draw.ms, 'drawnMs', draw.ms), clock_timestamp()
     FROM unnest($1::text[], $2::float8[]) AS draw(key, ms), now
     ORDER BY draw.key
     ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at, value = excluded.value || jsonb_build_object(
       'refilledAt', greatest(
         -- a clock that was ahead wrote it
         CASE WHEN deployment.updated_at <= excluded.updated_at + interval '2 s'
              THEN (deployment.value ->> 'refilledAt')::float8 + (excluded.value ->> 'drawnMs')::float8 END,
         (excluded.value ->> 'refilledAt')::float8))
     RETURNING key, (value ->> 'refilledAt')::float8 - (SELECT ms FROM now) AS "behindMs"`,
    [draws.map(({ budget }) => `${PREFIX}${budget}`), draws.map(({ refillMs }) => refillMs)],
  )
  const behind = new Map(rows.map(({ key, behindMs }) => [key, behindMs]))
  return draws.map(({ budget }) => Math.max(0, behind.get(`${PREFIX}${budget}`) ?? 0))
}

/** Returns the budgets that a worker used within the last 7 days. A draw of 0 registers a budget. */
export async function readKnownBudgets(db: SqlExecutor): Promise<string[]> {
  const { rows } = await db.query<{ budget: string }>(
    `SELECT substr(key, $1) AS budget FROM deployment
     WHERE key LIKE $2 AND updated_at > clock_timestamp() - $3::interval ORDER BY key`,
    [PREFIX.length + 1, `${PREFIX}%`, KNOWN_FOR],
  )
  return rows.map(({ budget }) => budget)
}
