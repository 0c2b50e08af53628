import type { Queryable } from '#lib/platform/queryable.ts'

const KEY = 'poll-plan'

/** What one plan of intervals leaves to the next, of whichever worker. */
export interface PlanState {
  /** how far each limit has lengthened what it holds */
  steps: Readonly<Record<string, number>>
  /** the network provider was seen to count POSTs */
  countsPosts: boolean
  /** subscriptions whose ARM counts by the hour, its older regime; lower case */
  hourly: readonly string[]
  /** how many intervals are longer than configured */
  lengthened: number
}

/** @returns the last plan's, and its age in seconds by the database's clock; null = there was none yet */
export async function readPlanState(db: Queryable): Promise<(PlanState & { ageSeconds: number }) | null> {
  const { rows } = await db.query<{ value: PlanState; age: number }>(
    `SELECT value, extract(epoch FROM clock_timestamp() - updated_at)::float8 AS age FROM deployment WHERE key = $1`,
    [KEY],
  )
  const [row] = rows
  return row ? { ...row.value, ageSeconds: row.age } : null
}

export async function writePlanState(db: Queryable, state: PlanState): Promise<void> {
  await db.query(
    `INSERT INTO deployment (key, value, updated_at) VALUES ($1, $2, clock_timestamp())
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    [KEY, JSON.stringify(state)],
  )
}
