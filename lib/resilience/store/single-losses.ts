import type { EpochMs } from '#lib/contract/index.ts'
import { cacheResultsUntilChange } from '#lib/platform/response-cache.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { listVisibleNames, formatIsoTime, toEpochMs } from '#lib/history/statements.ts'
import type { RowsVisibleInAccessScope } from '#lib/history/index.ts'

/** The last computation of single losses for one set of visible resources. */
interface SingleLossRun {
  /** fingerprint of the data from which the result was computed */
  restsOn: string
  /** True if all route tables were read. */
  complete: boolean
  /** End of the newest poll of a route table that was used; null = no table was read. */
  tablesAt: EpochMs | null
  computedAt: EpochMs
  /** last time at which these data were known to be unchanged */
  checkedAt: EpochMs
  computed: number
  notComputed: number
}

/** The effect of a single loss, as stored. */
interface StoredLoss {
  /** The lost resource as a term for the parameter `lose` of a what-if. */
  term: string
  /** True if a prefix loses all its routes. */
  strands: boolean
  /** True if the outcome of a prefix is unknown. */
  unsure: boolean
  /** The effect as plain JSON. */
  body: unknown
}

/**
 * Time since which a prefix would lose all routes if the resource were lost. `earliest` null = it is unknown whether
 * this was also so before.
 */
export interface PrefixCutOffTime {
  earliest: EpochMs | null
  latest: EpochMs
}

/**
 * Returns the last computation for a set of visible resources. Null if there is none, or if the caller may no longer
 * see all resources of the set.
 */
export async function readSingleLossRun(db: SqlExecutor, audience: string): Promise<SingleLossRun | null> {
  const [run] = await queryRowsInCamelCase<SingleLossRun>(
    db,
    `SELECT rests_on, complete, tables_at, computed_at, checked_at, computed, not_computed FROM single_loss_run WHERE audience = $1`,
    [audience],
  )
  return run ?? null
}

/** Conditions by which losses are selected; an absent field is not a condition. */
export interface SingleLossFilter {
  kinds?: readonly string[]
  /** True = only losses after which a prefix has no route. */
  strands?: boolean
}

/**
 * Returns the losses with an effect from the last computation for a set of visible resources, worst first.
 * @param most maximum number of losses
 */
export async function readSingleLosses(
  db: SqlExecutor,
  audience: string,
  most: number,
  { kinds, strands }: SingleLossFilter = {},
): Promise<{ body: unknown; since: PrefixCutOffTime | null }[]> {
  const { rows } = await cacheResultsUntilChange(() =>
    db.query<{ body: unknown; strands_earliest: Date | null; strands_latest: Date | null }>(
      `SELECT body, strands_earliest, strands_latest FROM single_loss
     WHERE audience = $1 AND ($3::text[] IS NULL OR body ->> 'kind' = ANY ($3)) AND (NOT $4 OR strands_latest IS NOT NULL)
     ORDER BY place LIMIT $2`,
      [audience, most, kinds ?? null, strands === true],
    ),
  )
  return rows.map(({ body, strands_earliest, strands_latest }) => ({
    body,
    since: strands_latest && { earliest: toEpochMs(strands_earliest), latest: toEpochMs(strands_latest) },
  }))
}

/** Records that the data of these computations did not change until a moment. */
export async function recordSingleLossesChecked(
  db: SqlExecutor,
  audiences: readonly string[],
  now: EpochMs,
): Promise<void> {
  if (audiences.length === 0) return
  await db.query(`UPDATE single_loss_run SET checked_at = greatest(checked_at, $2) WHERE audience = ANY ($1)`, [
    audiences,
    formatIsoTime(now),
  ])
}

/**
 * Stores a computation, which replaces the previous one for the same set of resources, in the caller's transaction. For
 * each loss after which a prefix has no route, the time since which this is so is kept. If the previous computation
 * shows that it was not so, the time is after the last check of that computation.
 * @param visible resources from which the result was computed; null = all
 * @param losses losses, worst first
 */
export async function saveSingleLosses(
  db: SqlExecutor,
  { audience, ...run }: Omit<SingleLossRun, 'checkedAt'> & { audience: string },
  visible: RowsVisibleInAccessScope | null,
  losses: readonly StoredLoss[],
): Promise<void> {
  const { rows } = await db.query<{ checked_at: Date; complete: boolean }>(
    'SELECT checked_at, complete FROM single_loss_run WHERE audience = $1 FOR UPDATE',
    [audience],
  )
  const [before] = rows
  await db.query(
    `INSERT INTO single_loss_run (audience, seen, hidden, rests_on, complete, tables_at, computed_at, checked_at, computed, not_computed)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)
     ON CONFLICT (audience) DO UPDATE SET seen = excluded.seen, hidden = excluded.hidden, rests_on = excluded.rests_on,
       complete = excluded.complete,
       tables_at = excluded.tables_at, computed_at = excluded.computed_at, checked_at = excluded.checked_at,
       computed = excluded.computed, not_computed = excluded.not_computed`,
    [
      audience,
      visible ? listVisibleNames(visible) : [],
      visible?.foreignMembers ?? [],
      run.restsOn,
      run.complete,
      formatIsoTime(run.tablesAt),
      formatIsoTime(run.computedAt),
      run.computed,
      run.notComputed,
    ],
  )
  await db.query('DELETE FROM single_loss WHERE audience = $1 AND term <> ALL ($2)', [
    audience,
    losses.map(({ term }) => term),
  ])
  // Unchanged rows are not written, because most computations change only a few rows.
  await db.query(
    `INSERT INTO single_loss AS l (audience, term, place, unsure, strands_earliest, strands_latest, body)
     SELECT $1, n.term, n.place, n.unsure, CASE WHEN n.strands AND $5 THEN $2::timestamptz END,
            CASE WHEN n.strands THEN $3::timestamptz END, n.body
     FROM jsonb_to_recordset($4) AS n (term text, place integer, strands boolean, unsure boolean, body jsonb)
     ON CONFLICT (audience, term) DO UPDATE SET place = excluded.place, unsure = excluded.unsure, body = excluded.body,
       strands_earliest = CASE WHEN excluded.strands_latest IS NULL THEN NULL
         WHEN l.strands_latest IS NOT NULL THEN l.strands_earliest
         WHEN NOT l.unsure THEN $2::timestamptz END,
       strands_latest = CASE WHEN excluded.strands_latest IS NULL THEN NULL ELSE coalesce(l.strands_latest, excluded.strands_latest) END
     WHERE (l.place, l.body) IS DISTINCT FROM (excluded.place, excluded.body)`,
    [
      audience,
      before ? formatIsoTime(toEpochMs(before.checked_at)) : null,
      formatIsoTime(run.computedAt),
      JSON.stringify(losses.map((loss, place) => ({ ...loss, place }))),
      before?.complete === true,
    ],
  )
}

/** Deletes the computations for sets of visible resources that nobody uses any more. */
export async function deleteSingleLosses(db: SqlExecutor, kept: readonly string[]): Promise<void> {
  await db.query('DELETE FROM single_loss_run WHERE audience <> ALL ($1)', [kept])
}
