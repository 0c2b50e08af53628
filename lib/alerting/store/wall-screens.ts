import type { EpochMs } from '#lib/contract/index.ts'
import { readDeletionTime } from '#lib/history/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'

interface Screen {
  name: string
  lastSeenAt: EpochMs
}

/** Time after which a wall display without a sign of life is deleted, because it was probably taken down. */
const KEPT = '7 days'

/** Maximum number of wall displays that are watched. Each silent one causes an event, so that the number is limited. */
const MAX_SCREENS = 50

/**
 * Records a sign of life of a wall display. A new display is registered, unless {@link MAX_SCREENS} displays are known.
 * Displays without a sign of life for a week are deleted.
 */
export async function recordWallScreen(db: SqlExecutor, name: string): Promise<void> {
  const aged = await readDeletionTime(db)
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
 * Deletes a wall display from the list of watched displays.
 * @returns false if no display has this name
 */
export async function removeWallScreen(db: SqlExecutor, name: string): Promise<boolean> {
  return (await db.query('DELETE FROM wall_screen WHERE name = $1', [name])).rowCount === 1
}

export async function listWallScreens(db: SqlExecutor): Promise<Screen[]> {
  return queryRowsInCamelCase<Screen>(
    db,
    `SELECT name, last_seen_at FROM wall_screen WHERE last_seen_at > clock_timestamp() - interval '${KEPT}' ORDER BY name`,
  )
}
