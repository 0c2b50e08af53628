import type { PoolClient } from 'pg'
import { type RollupState } from './counter-growth.ts'
import { parseRollupState, formatRollupState } from './rollup-state.ts'
import { formatIsoTime } from '../times.ts'

export type UsageBasis = 'counter' | 'metric'

export interface UsageSeriesKey {
  sourceId: number
  path: string
}

/** Columns of a series, with its rollup state. */
export interface SeriesColumns {
  source_id: number
  path: string
  state: unknown
  rolled_up_to: Date | null
}

interface LockedSeries extends UsageSeriesKey {
  id: number
  state: RollupState
}

/**
 * Returns usage series in the given order. Creates missing ones, and locks them so that concurrent rollups take turns.
 */
export async function lockUsageSeries(
  client: PoolClient,
  basis: UsageBasis,
  keys: readonly UsageSeriesKey[],
): Promise<LockedSeries[]> {
  const values = [basis, keys.map(({ sourceId }) => sourceId), keys.map(({ path }) => path)]
  await client.query(
    `INSERT INTO usage_series (source_id, path, basis)
     SELECT w.source_id, w.path, $1 FROM unnest($2::int[], $3::text[]) AS w (source_id, path)
     WHERE NOT EXISTS (SELECT FROM usage_series u WHERE (u.source_id, u.basis, u.path) = (w.source_id, $1, w.path))
     ORDER BY 1, 2
     ON CONFLICT (source_id, basis, path) DO NOTHING`,
    values,
  )
  const { rows } = await client.query<SeriesColumns & { id: number }>(
    `SELECT u.id, u.source_id, u.path, u.last_readings AS state, u.rolled_up_to
     FROM usage_series u JOIN unnest($2::int[], $3::text[]) AS w (source_id, path)
       ON u.source_id = w.source_id AND u.path = w.path
     WHERE u.basis = $1
     ORDER BY u.id FOR UPDATE OF u`,
    values,
  )
  const found = new Map(rows.map((row) => [`${row.source_id} ${row.path}`, row]))
  return keys.map(({ sourceId, path }) => {
    const row = found.get(`${sourceId} ${path}`)
    if (!row) throw new Error(`usage series of source ${sourceId} is gone`)
    return { sourceId, path, id: row.id, state: parseRollupState(row.state, row.rolled_up_to) }
  })
}

/** Saves the rollup states of series. */
export async function saveRollupStates(client: PoolClient, series: readonly LockedSeries[]): Promise<void> {
  await client.query(
    `UPDATE usage_series u SET last_readings = w.state, rolled_up_to = w.through
     FROM unnest($1::int[], $2::jsonb[], $3::timestamptz[]) AS w (id, state, through) WHERE u.id = w.id`,
    [
      series.map(({ id }) => id),
      series.map(({ state }) => formatRollupState(state)),
      series.map(({ state }) => formatIsoTime(state.through)),
    ],
  )
}
