import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'

/**
 * Creates hourly snapshots of the whole table, one row for each route, with a btree on (source, hour, prefix). The rows
 * match polls at the full hours. Changes within an hour are lost, the time of a change is known only to the hour, and
 * the table does not show whether an hour was polled.
 */
export async function takeSnapshots(db: Database, from: EpochMs, to: EpochMs): Promise<void> {
  await db.pool.query(`CREATE TABLE hourly_snapshot (source_id int NOT NULL, taken_at timestamptz(3) NOT NULL, prefix inet NOT NULL,
                       instance text NOT NULL, peer text NOT NULL, attributes_id int NOT NULL)`)
  await db.pool.query('CREATE INDEX hourly_snapshot_idx ON hourly_snapshot (source_id, taken_at, prefix)')
  for (let begin = from + MS_PER_HOUR; begin <= to; begin += MS_PER_DAY) {
    await db.pool.query(
      `INSERT INTO hourly_snapshot
       SELECT r.source_id, h, r.prefix, r.instance, r.peer, s.attributes_id
       FROM generate_series($1::timestamptz, $2::timestamptz, interval '1 hour') h
       JOIN route_span s ON s.first_present <= h AND (s.first_absent IS NULL OR s.first_absent > h)
       JOIN route r ON r.id = s.route_id
       ORDER BY h, r.prefix`,
      [new Date(begin).toISOString(), new Date(Math.min(to, begin + MS_PER_DAY - MS_PER_HOUR)).toISOString()],
    )
  }
  await db.pool.query('VACUUM ANALYZE hourly_snapshot')
}

/** Condition for the rows of the gateway's newest snapshot at or before a time. */
const newest = (at: string) =>
  `s.source_id = $1 AND s.taken_at = (SELECT max(taken_at) FROM hourly_snapshot WHERE source_id = $1 AND taken_at <= ${at})`

interface SnapshotRoute {
  prefix: string
  instance: string
  peer: string
  attributes: { asPath: number[] }[]
}

/** Returns the routes that cover an address, found by its 33 possible prefixes, longest first. */
export async function snapshotRoutesCovering(
  db: Database,
  sourceId: number,
  { at, address }: { at: EpochMs; address: string },
): Promise<SnapshotRoute[]> {
  const { rows } = await db.pool.query<SnapshotRoute>(
    `SELECT s.prefix::text AS prefix, s.instance, s.peer, a.attributes FROM hourly_snapshot s
     JOIN route_attributes a ON (a.source_id, a.id) = (s.source_id, s.attributes_id)
     WHERE ${newest('$2')}
       AND s.prefix = ANY (ARRAY(SELECT network(set_masklen($3::inet, l)) FROM generate_series(32, 0, -1) l)::inet[])
     ORDER BY masklen(s.prefix) DESC`,
    [sourceId, new Date(at).toISOString(), address],
  )
  return rows
}

/** Counts the rows that differ between the tables at two times (EXCEPT in both directions). */
export async function snapshotDiff(
  db: Database,
  sourceId: number,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<number> {
  const table = (at: string) =>
    `SELECT prefix, instance, peer, attributes_id FROM hourly_snapshot s WHERE ${newest(at)}`
  const { rows } = await db.pool.query(
    `(${table('$2')} EXCEPT ${table('$3')}) UNION ALL (${table('$3')} EXCEPT ${table('$2')})`,
    [sourceId, new Date(from).toISOString(), new Date(to).toISOString()],
  )
  return rows.length
}
