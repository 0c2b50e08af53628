import type { EpochMs } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

interface Screen {
  name: string
  lastSeenAt: EpochMs
}

/** One that nobody has had for a week was taken down. */
const KEPT = '7 days'

/** A sign of life. The first one registers the wall. */
export async function noteScreen(db: Queryable, name: string): Promise<void> {
  await db.query(
    `INSERT INTO wall_screen (name, first_seen_at, last_seen_at) VALUES ($1, clock_timestamp(), clock_timestamp())
     ON CONFLICT (name) DO UPDATE SET last_seen_at = clock_timestamp()`,
    [name],
  )
}

/** @returns false = no wall had this name */
export async function removeScreen(db: Queryable, name: string): Promise<boolean> {
  return (await db.query('DELETE FROM wall_screen WHERE name = $1', [name])).rowCount === 1
}

export async function listScreens(db: Queryable): Promise<Screen[]> {
  return readRows<Screen>(
    db,
    `SELECT name, last_seen_at FROM wall_screen WHERE last_seen_at > clock_timestamp() - interval '${KEPT}' ORDER BY name`,
  )
}
