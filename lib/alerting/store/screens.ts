import type { EpochMs } from '#lib/contract/index.ts'
import { deletionTime } from '#lib/history/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

interface Screen {
  name: string
  lastSeenAt: EpochMs
}

/** One that nobody has had for a week was taken down. */
const KEPT = '7 days'

/** Maximum number of walls that are watched: each is an event while it is silent. */
const MAX_SCREENS = 50

/** Records a sign of life of a wall. The first one registers the wall, unless {@link MAX_SCREENS} others are known; forgotten walls are deleted. */
export async function recordScreen(db: Queryable, name: string): Promise<void> {
  const aged = await deletionTime(db)
  if (aged !== null)
    await db.query('DELETE FROM wall_screen WHERE last_seen_at <= $1::timestamptz - $2::interval', [
      new Date(aged).toISOString(),
      KEPT,
    ])
  await db.query(
    `INSERT INTO wall_screen (name, first_seen_at, last_seen_at)
     SELECT $1, clock_timestamp(), clock_timestamp()
     WHERE EXISTS (SELECT FROM wall_screen WHERE name = $1) OR (SELECT count(*) FROM wall_screen WHERE last_seen_at > clock_timestamp() - interval '${KEPT}') < $2
     ON CONFLICT (name) DO UPDATE SET last_seen_at = clock_timestamp()`,
    [name, MAX_SCREENS],
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
