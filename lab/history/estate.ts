/**
 * Generates a large history: gateways whose learned tables were polled every five minutes for ninety days while their
 * routes kept changing. The rows are equal to the rows that recording those polls would have stored, in the order of
 * time.
 */
import type { PoolClient } from 'pg'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'

const POLL_SECONDS = 300
const DAYS = 90
export const BENCH_POLLS_PER_TABLE = (DAYS * 86_400) / POLL_SECONDS
const CALL_SECONDS = 2
/** Number of attribute sets of a gateway. Next hops and AS paths are few, whatever the number of routes. */
const ATTRIBUTE_SETS = 40

/**
 * Peers of each gateway: the neighbors of two circuits, and the other gateway instance, which relays its learned
 * routes.
 */
export const BENCH_GATEWAY_PEERS = { own: '10.0.4.4', foreign: '10.0.4.5', instance: '10.0.4.13' } as const

export interface BenchTopologySize {
  gateways: number
  /** number of routes of a gateway; each of its two instances has half of them */
  routes: number
  /** number of closed intervals of a route */
  intervals: number
}

export interface BenchTopology extends BenchTopologySize {
  sourceIds: number[]
  resourceIds: string[]
  /** start of the first poll, in epoch milliseconds */
  from: number
  /** end of the last poll, in epoch milliseconds */
  to: number
}

const armId = (i: number) =>
  `/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-bench/providers/Microsoft.Network/virtualNetworkGateways/gw-${i}`

/**
 * SQL expression for prefix number i: a default route, /16s, and /24s otherwise. Every tenth prefix is an IPv6 /112.
 */
const PREFIX = `
  CASE WHEN i = 0 THEN inet '0.0.0.0/0'
       WHEN i % 10 = 9 THEN set_masklen(inet '2001:db8::' + (i::bigint << 16), 112)
       WHEN i % 100 = 1 THEN set_masklen(inet '10.0.0.0' + ((i / 100)::bigint << 16), 16)
       ELSE set_masklen(inet '10.0.0.0' + (i::bigint << 8), 24) END`

/**
 * Fills an empty, migrated database. The last poll ended a minute before `now`.
 * @param options.byPartition whether to store the intervals of each gateway in a partition with all constraints of the
 *   whole table; two partitions are filled at a time
 */
export async function fillEstate(
  db: Database,
  size: BenchTopologySize,
  now: number,
  { byPartition = false }: { byPartition?: boolean } = {},
): Promise<BenchTopology> {
  const { gateways, routes } = size
  const to = now - 60_000
  const from = to - BENCH_POLLS_PER_TABLE * POLL_SECONDS * 1000
  const resourceIds = Array.from({ length: gateways }, (_, i) => armId(i))
  const sourceIds: number[] = []
  for (const resourceId of resourceIds)
    sourceIds.push(await getOrCreateSourceId(db.pool, { resourceId, subresource: '' }))
  const { pool } = db
  const polled = [
    new Date(from).toISOString(),
    new Date(to).toISOString(),
    new Date(to - CALL_SECONDS * 1000).toISOString(),
  ]
  await pool.query(
    `INSERT INTO coverage (source_id, kind, from_at, to_at, last_started_at, outcome, polls, interval_seconds)
     SELECT s, 'learned', $2, $3, $4, 'ok', $5, $6 FROM unnest($1::int[]) s`,
    [sourceIds, ...polled, BENCH_POLLS_PER_TABLE, POLL_SECONDS],
  )
  await pool.query(
    `INSERT INTO poll_state (source_id, kind, last_started_at, last_finished_at, last_outcome, interval_from, ok_started_at,
                             ok_finished_at, read_at, interval_seconds, polls)
     SELECT s, 'learned', $4, $3, 'ok', $2, $4, $3, $4, $6, $5 FROM unnest($1::int[]) s`,
    [sourceIds, ...polled, BENCH_POLLS_PER_TABLE, POLL_SECONDS],
  )
  await pool.query(
    `INSERT INTO poll_schedule (source_id, kind, every_seconds) SELECT s, 'learned', $2 FROM unnest($1::int[]) s`,
    [sourceIds, POLL_SECONDS],
  )
  await pool.query(
    `INSERT INTO route_attributes (source_id, digest, attributes)
     SELECT s, sha256(convert_to(s || '/' || i, 'UTF8')),
            jsonb_build_array(jsonb_build_object('nextHop', '10.255.0.' || i % 4, 'asPath',
              to_jsonb(array_fill(65001, ARRAY[i % 5 + 1]) || (64512 + i)), 'origin', 'EBgp', 'weight', 32769, 'localPref', NULL))
     FROM unnest($1::int[]) s, generate_series(0, $2::int - 1) i`,
    [sourceIds, ATTRIBUTE_SETS],
  )
  await pool.query(
    `INSERT INTO route (source_id, kind, instance, peer, prefix, attributes_id, last_absent, first_present, last_present)
     SELECT s, 'learned', '10.0.4.' || 12 + n % 2, ($5::text[])[1 + i % 3], ${PREFIX}, a.first_id + (hashint8(s::bigint * 1000003 + n) & 1023) % $3,
            $4::timestamptz - interval '1 second', $4::timestamptz, $4::timestamptz
     FROM unnest($1::int[]) s
     CROSS JOIN LATERAL (SELECT min(id) AS first_id FROM route_attributes WHERE source_id = s) a
     CROSS JOIN generate_series(0, $2::int - 1) n CROSS JOIN LATERAL (SELECT n / 2 AS i) p`,
    [sourceIds, routes, ATTRIBUTE_SETS, new Date(to).toISOString(), Object.values(BENCH_GATEWAY_PEERS)],
  )
  if (byPartition) await fillPartitions(db, size, sourceIds, from)
  else await fillWhole(db, size, sourceIds, from)
  await pool.query(
    `UPDATE route r SET last_absent = l.first_absent - make_interval(secs => $1), first_present = l.first_absent, closed_until = l.first_absent
     FROM (SELECT route_id, max(first_absent) AS first_absent FROM route_interval GROUP BY route_id) l WHERE l.route_id = r.id`,
    [POLL_SECONDS + CALL_SECONDS],
  )
  await pool.query('VACUUM ANALYZE')
  return { ...size, sourceIds, resourceIds, from, to }
}

interface Indexing {
  name: string
  drop: string
  make: string
}

/** Returns the constraints and indexes of a table of intervals, with statements to drop and create them. */
async function indexesOf(client: PoolClient, table: string): Promise<Indexing[]> {
  const { rows } = await client.query<Indexing>(
    `SELECT conname::text AS name, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
            format('ALTER TABLE %s ADD %s', conrelid::regclass, pg_get_constraintdef(oid)) AS make
     FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p', 'x')
     UNION ALL
     SELECT indexrelid::regclass::text, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
     FROM pg_index i WHERE indrelid = $1::regclass
       AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [table],
  )
  return rows
}

const LOADING = `SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '512MB'`

/** Fills the whole table without its indexes and creates them afterwards, which takes a fraction of the time. */
async function fillWhole(
  db: Database,
  { intervals }: BenchTopologySize,
  sourceIds: number[],
  from: number,
): Promise<void> {
  await db.transaction(async (client) => {
    await client.query(LOADING)
    const indexes = await indexesOf(client, 'route_interval')
    for (const { drop } of indexes) await client.query(drop)
    await insertIntervals(client, 'route_interval', sourceIds, intervals, from)
    for (const { make } of indexes) await client.query(make)
  })
}

/**
 * Fills one partition for each gateway. Each inserted row is checked against overlapping intervals with the help of an
 * index. These checks become ever slower if the index does not fit into memory. The index of one partition does fit.
 */
async function fillPartitions(
  db: Database,
  { intervals }: BenchTopologySize,
  sourceIds: readonly number[],
  from: number,
): Promise<void> {
  const columns = '(LIKE route_interval_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS)'
  const indexes = await db.transaction(async (client) => {
    const found = await indexesOf(client, 'route_interval')
    const { rows } = await client.query<{ view: string }>(`SELECT pg_get_viewdef('route_span'::regclass) AS view`)
    await client.query(`DROP VIEW route_span; ALTER TABLE route_interval RENAME TO route_interval_whole;
      CREATE TABLE route_interval ${columns} PARTITION BY LIST (source_id); CREATE VIEW route_span AS ${rows[0]?.view}`)
    return found
  })
  const waiting = [...sourceIds]
  const lane = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const partition = `route_interval_${id}`
      const source = id
      await db.transaction(async (client) => {
        await client.query(LOADING)
        await client.query(`CREATE TABLE ${partition} ${columns}`)
        await insertIntervals(client, partition, [source], intervals, from)
        for (const { make } of indexes) await client.query(ofPartition(make, partition))
      })
      await db.pool.query(`ALTER TABLE route_interval ATTACH PARTITION ${partition} FOR VALUES IN (${source})`)
    }
  }
  await Promise.all([lane(), lane()])
}

/**
 * Converts a statement that creates a constraint or an index of the whole table, so that it applies to a partition and
 * its index gets another name.
 */
const ofPartition = (make: string, partition: string) =>
  make
    .replace(/^CREATE INDEX \S+ ON \S+/, `CREATE INDEX ON ${partition}`)
    .replace('TABLE route_interval ', `TABLE ${partition} `)

/**
 * Inserts closed intervals. Interval k of a route runs from poll k x step + jitter to the start of the next interval.
 * One in eight ends halfway, so that the route is absent until the next begins. The last interval ends within the
 * range; the current route follows it.
 */
async function insertIntervals(
  client: PoolClient,
  table: string,
  sourceIds: number[],
  intervals: number,
  from: number,
): Promise<void> {
  const step = BENCH_POLLS_PER_TABLE / (intervals + 1)
  if (step < 4) throw new RangeError('more intervals than polls to bound them')
  await client.query(
    `INSERT INTO ${table} (source_id, route_id, attributes_id, last_absent, first_present, last_present, first_absent)
     SELECT source_id, route_id, attributes_id,
            CASE WHEN k > 0 THEN $4::timestamptz + make_interval(secs => (b - 1) * $5::int) END,
            $4::timestamptz + make_interval(secs => b * $5::int + $6::int),
            $4::timestamptz + make_interval(secs => (e - 1) * $5::int),
            $4::timestamptz + make_interval(secs => e * $5::int + $6::int)
     FROM (
       SELECT r.source_id, r.id AS route_id, a.first_id + (hashint8(r.id::bigint * 7919 + k) & 1023) % $7 AS attributes_id, k, b,
              CASE WHEN (hashint8(r.id * 31 + k) & 7) = 0 AND k < $2 - 1 THEN (b + n) / 2 ELSE n END AS e
       FROM route r
       JOIN (SELECT source_id, min(id) AS first_id FROM route_attributes GROUP BY source_id) a ON a.source_id = r.source_id
       CROSS JOIN generate_series(0, $2::int - 1) k
       CROSS JOIN LATERAL (SELECT CASE WHEN k = 0 THEN 0 ELSE floor(k * $3::float8)::int + (hashint8(r.id * 13 + k) & 65535) % greatest(1, floor($3::float8 / 2)::int) END AS b,
                                  floor((k + 1) * $3::float8)::int + (hashint8(r.id * 13 + k + 1) & 65535) % greatest(1, floor($3::float8 / 2)::int) AS n) x
       WHERE r.source_id = ANY ($1)
     ) rows
     ORDER BY e`,
    [sourceIds, intervals, step, new Date(from).toISOString(), POLL_SECONDS, CALL_SECONDS, ATTRIBUTE_SETS],
  )
}
