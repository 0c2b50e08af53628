import { routesCovering, routesDiff } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type BenchEstate, DAYS } from './estate.ts'
import { ms, randomOf, say, sizesOf, timed } from './figures.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * The named alternative: every hour the whole table, one row for each route, with a btree on (source, hour, prefix). An
 * address is looked up by its 33 possible prefixes, a diff is EXCEPT in both directions. What moved within an hour is lost,
 * and a change is known to the hour only.
 */
async function takeSnapshots(db: Database, { from, to }: BenchEstate): Promise<number> {
  await db.pool.query(`CREATE TABLE snapshot (source_id int NOT NULL, taken_at timestamptz(3) NOT NULL, prefix inet NOT NULL,
                       instance text NOT NULL, peer text NOT NULL, attributes_id int NOT NULL)`)
  for (let day = 0; day < DAYS; day++) {
    const begin = from + day * DAY
    await db.pool.query(
      `INSERT INTO snapshot
       SELECT r.source_id, h, r.prefix, r.instance, r.peer, s.attributes_id
       FROM generate_series($1::timestamptz, $2::timestamptz, interval '1 hour') h
       JOIN route_span s ON s.first_present <= h AND (s.first_absent IS NULL OR s.first_absent > h)
       JOIN route r ON r.id = s.route_id
       ORDER BY h, r.prefix`,
      [new Date(begin + HOUR).toISOString(), new Date(Math.min(begin + DAY, to)).toISOString()],
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

/** Both ways of keeping the same history, asked the same questions in the same run. */
export async function compareWithSnapshots(db: Database, estate: BenchEstate): Promise<void> {
  const rows = await takeSnapshots(db, estate)
  const ours = await sizesOf(db, ['route', 'route_interval'])
  const theirs = await sizesOf(db, ['snapshot'])
  const total = ({ heap, indexes }: { heap: number; indexes: number }) => heap + indexes
  const below = randomOf(11)
  const [sourceId] = estate.sourceIds
  const [scope] = estate.resourceIds
  const iso = (at: number) => new Date(at).toISOString()
  const kinds = ['learned'] as const
  const questions = Array.from({ length: 200 }, () => ({
    at: estate.from + DAY + below(estate.to - estate.from - DAY),
    address: `10.0.${below(estate.routes / 2) & 255}.7`,
  }))
  const lookup = {
    ours: await timed(questions, (question) => routesCovering(db.pool, { ...question, scope, kinds })),
    theirs: await timed(questions, ({ at, address }) => db.pool.query(LOOKUP, [sourceId, iso(at), address])),
  }
  const ranges = questions.slice(0, 20).map(({ at }) => ({ from: Math.max(estate.from + HOUR, at - DAY), to: at }))
  const diff = {
    ours: await timed(ranges, (range) => routesDiff(db.pool, { ...range, scope, kinds })),
    theirs: await timed(ranges, ({ from, to }) => db.pool.query(DIFF, [sourceId, iso(from), iso(to)])),
  }
  const ratio = (a: number, b: number) => (a > b ? `${(a / b).toFixed(1)} times` : `1/${(b / a).toFixed(1)}`)
  say(
    `  scale of the comparison: ${estate.routes} routes of one gateway, ${estate.intervals} intervals each, ${DAYS} days:`,
  )
  say(`    intervals ${estate.routes * estate.intervals} rows, hourly snapshots ${rows} rows`)
  say(
    `  bytes: intervals ${(total(ours) / 2 ** 20).toFixed(1)} MB, snapshots ${(total(theirs) / 2 ** 20).toFixed(1)} MB: ${ratio(total(theirs), total(ours))} ours`,
  )
  say(
    `  look-up p95: intervals ${ms(lookup.ours.p95)} (coverage and bounds included), snapshots ${ms(lookup.theirs.p95)}: ${ratio(lookup.theirs.p95, lookup.ours.p95)} ours`,
  )
  say(
    `  diff of a day p50: intervals ${ms(diff.ours.p50)}, snapshots by EXCEPT ${ms(diff.theirs.p50)}: ${ratio(diff.theirs.p50, diff.ours.p50)} ours`,
  )
  say(
    `  a change is known to ${300 + 2} s by intervals, to 3600 s by snapshots, which miss what came and went within the hour`,
  )
  await db.pool.query('DROP TABLE snapshot')
}
