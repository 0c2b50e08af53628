import type { SetupEndpointResponse } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { createTimeBoundsFromColumns } from '#lib/history/statements.ts'

type AwaitedRemoval = SetupEndpointResponse<'sources'>['awaitedRemovals'][number]

/**
 * Returns resources that were listed before but are missing from the last list. They do not count as removed yet,
 * because too many of their type are missing from the list at the same time.
 */
export async function readAwaitedRemovals(db: SqlExecutor): Promise<AwaitedRemoval[]> {
  const rows = await queryRowsInCamelCase<Omit<AwaitedRemoval, 'between'> & { after: EpochMs; by: EpochMs }>(
    db,
    `SELECT subscription_id, type, array_agg(name ORDER BY name) FILTER (WHERE missing_by IS NOT NULL) AS names,
            count(*)::int AS known, min(missing_after) AS after, max(missing_by) AS by
     FROM resource WHERE first_present IS NOT NULL
     GROUP BY listed_by, subscription_id, type HAVING count(missing_by) > 0
     ORDER BY subscription_id, type`,
  )
  return rows.map(({ after, by, ...row }) => ({ ...row, between: createTimeBoundsFromColumns(after, by) }))
}
