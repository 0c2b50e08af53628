import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** A value that the installation stores under a key; only the newest is kept. */
interface DeploymentValue<Value> {
  value: Value
  /** time since the value was saved, by the database's clock */
  ageSeconds: number
}

/** Returns the value of a key; null if none is stored. */
export async function readDeploymentValue<Value>(db: SqlExecutor, key: string): Promise<DeploymentValue<Value> | null> {
  const { rows } = await db.query<DeploymentValue<Value>>(
    `SELECT value, extract(epoch FROM clock_timestamp() - updated_at)::float8 AS "ageSeconds" FROM deployment WHERE key = $1`,
    [key],
  )
  return rows[0] ?? null
}

/**
 * Saves the value of a key.
 * @param value plain JSON; null = delete it
 */
export async function saveDeploymentValue(db: SqlExecutor, key: string, value: object | null): Promise<void> {
  if (value === null) {
    await db.query('DELETE FROM deployment WHERE key = $1', [key])
    return
  }
  await db.query(
    `INSERT INTO deployment (key, value, updated_at) VALUES ($1, $2, clock_timestamp())
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    [key, JSON.stringify(value)],
  )
}
