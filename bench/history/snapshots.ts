import { routesCovering, routesDiff } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type BenchTopology, DAYS, POLL_SECONDS } from './estate.ts'
import { ms, randomOf, print, sizesOf, timed } from './figures.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * The named alternative: every hour the whole table, one row for each route, with a btree on (source, hour, prefix). An
 * address is looked up by its 33 possible prefixes, a diff is EXCEPT in both directions. What moved within an hour is lost,
 * a change is known to the hour only, and nothing shows whether an hour was polled.
 */
async function takeSnapshots(db: Database, from: number, days: number): Promise<number> {
  await db.pool.query(`CREATE TABLE snapshot (source_id int NOT NULL, taken_at timestamptz(3) NOT NULL, prefix inet NOT NULL,
                       instance text NOT NULL, peer text NOT NULL, attributes_id int NOT NULL)`)
  for (let day = 0; day < days; day++) {
    const begin = from + day * DAY
    await db.pool.query(
      `INSERT INTO snapshot
       SELECT r.source_id, h, r.prefix, r.instance, r.peer, s.attributes_id
       FROM generate_series($1::timestamptz, $2::timestamptz, interval '1 hour') h
       JOIN route_span s ON s.first_present <= h AND (s.first_absent IS NULL OR s.first_absent > h)
       JOIN route r ON r.id = s.route_id
       ORDER BY h, r.prefix`,
      [new Date(begin).toISOString(), new Date(begin + DAY - HOUR).toISOString()],
    )
  }
  await db.pool.query('CREATE INDEX snapshot_idx ON snapshot (source_id, taken_at, prefix)')
  await db.pool.query('VACUUM ANALYZE snapshot')
  const { rows } = await db.pool.query<{ n: string }>('SELECT count(*) AS n FROM snapshot')
  return Number(rows[0]?.n ?? 0)
}

/** An address's possible prefixes, longest first. */
const SUPERNETS = `ARRAY(SELECT network(set_masklen($3::inet, l)) FROM generate_series(32, 0, -1) l)::inet[]`

const LOOKUP = `
  SELECT s.prefix, s.instance, s.peer, a.attributes FROM snapshot s
  JOIN route_attributes a ON (a.source_id, a.id) = (s.source_id, s.attributes_id)
  WHERE s.source_id = $1 AND s.taken_at = (SELECT max(taken_at) FROM snapshot WHERE source_id = $1 AND taken_at <= $2)
    AND s.prefix = ANY (${SUPERNETS})
  ORDER BY masklen(s.prefix) DESC`

const table = (at: string) => `
  SELECT prefix, instance, peer, attributes_id FROM snapshot
  WHERE source_id = $1 AND taken_at = (SELECT max(taken_at) FROM snapshot WHERE source_id = $1 AND taken_at <= ${at})`
const DIFF = `(${table('$2')} EXCEPT ${table('$3')}) UNION ALL (${table('$3')} EXCEPT ${table('$2')})`

/**
 * Both forms of the same history answer the same queries in the same run.
 * @param days how many of the last days are kept as snapshots: all of them would not fit
 */
export async function compareWithSnapshots(db: Database, estate: BenchTopology, days: number): Promise<void> {
  const begin = estate.to - days * DAY
  const rows = await takeSnapshots(db, begin, days)
  const total = ({ heap, indexes }: { heap: number; indexes: number }) => heap + indexes
  const current = total(await sizesOf(db, ['route']))
  const intervalBytes = total(await sizesOf(db, ['route_interval'])) / DAYS
  const snapshotBytes = total(await sizesOf(db, ['snapshot'])) / days
  const below = randomOf(11)
  const [sourceId] = estate.sourceIds
  const [scope] = estate.resourceIds
  const iso = (at: number) => new Date(at).toISOString()
  const kinds = ['learned'] as const
  const questions = Array.from({ length: 200 }, () => ({
    at: begin + DAY + HOUR + below((days - 1) * DAY - 2 * HOUR),
    address: `10.${below(estate.routes / 2) >> 8}.${below(256)}.7`,
  }))
  const lookup = {
    ours: await timed(db, questions, (question) => routesCovering(db.pool, { ...question, scope, kinds })),
    theirs: await timed(db, questions, ({ at, address }) => db.pool.query(LOOKUP, [sourceId, iso(at), address])),
  }
  const ranges = questions.slice(0, 20).map(({ at }) => ({ from: at - DAY, to: at }))
  const diff = {
    ours: await timed(db, ranges, (range) => routesDiff(db.pool, { ...range, scope, kinds })),
    theirs: await timed(db, ranges, ({ from, to }) => db.pool.query(DIFF, [sourceId, iso(from), iso(to)])),
  }
  const ratio = (theirs: number, ours: number) => `${(theirs / ours).toFixed(2)} times ours`
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MB`
  const gigabytes = (bytes: number) => `${((bytes * DAYS * 10) / 2 ** 30).toFixed(2)} GB`
  const changes = Math.round((estate.routes * estate.intervals) / DAYS)
  print(
    `  scale: one table of ${estate.routes} routes, ${changes} changes a day; snapshots of the last ${days} days, ${rows} rows`,
  )
  print(
    `  bytes for each day: intervals ${megabytes(intervalBytes)}, snapshots ${megabytes(snapshotBytes)}: ${ratio(snapshotBytes, intervalBytes)}; beside them the current table, ${megabytes(current)}`,
  )
  print(
    `    ${DAYS} days of ten such tables, by arithmetic: ${gigabytes(intervalBytes)} by intervals, ${gigabytes(snapshotBytes)} by snapshots`,
  )
  print(
    `  look-up p95: intervals ${ms(lookup.ours.p95)} (with coverage and bounds), snapshots ${ms(lookup.theirs.p95)}: ${ratio(lookup.theirs.p95, lookup.ours.p95)}`,
  )
  print(
    `  diff of a day p50: intervals ${ms(diff.ours.p50)} (with coverage, bounds and attributes), snapshots by EXCEPT ${ms(diff.theirs.p50)}: ${ratio(diff.theirs.p50, diff.ours.p50)}`,
  )
  print(
    `  a change is known to ${POLL_SECONDS} s by intervals, to 3600 s by snapshots, which miss what came and went within the hour`,
  )
  await db.pool.query('DROP TABLE snapshot')
}
