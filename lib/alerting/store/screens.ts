import type { EpochMs } from '#lib/contract/index.ts'
import { deletionTime } from '#lib/history/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

interface Screen {
  name: string
  lastSeenAt: EpochMs
}

/** Time without a sign of life after which a wall display counts as taken down and is forgotten. */
const KEPT = '7 days'

/** Maximum number of wall displays that are watched, because each silent wall causes an event. */
const MAX_SCREENS = 50

/**
 * Records a sign of life of a wall display. The first one registers the wall, unless {@link MAX_SCREENS} walls are
 * known. Deletes walls that were not seen for a week.
 */
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

/**
 * Deletes a wall display from the list of watched walls.
 * @returns false if no wall has this name
 */
export async function removeScreen(db: Queryable, name: string): Promise<boolean> {
  return (await db.query('DELETE FROM wall_screen WHERE name = $1', [name])).rowCount === 1
}

export async function listScreens(db: Queryable): Promise<Screen[]> {
  return readRows<Screen>(
    db,
    `SELECT name, last_seen_at FROM wall_screen WHERE last_seen_at > clock_timestamp() - interval '${KEPT}' ORDER BY name`,
  )
}
