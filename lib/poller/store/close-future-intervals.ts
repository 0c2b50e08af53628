import type { PoolClient } from 'pg'
import { CLOCK_TOLERANCE_MS, type EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/** Tables with current states. Each row has an earliest and a latest time for its begin. */
const OPEN_TABLES = ['session', 'route', 'arp_entry', 'connection_state', 'resource'] as const
const CLOSED_TABLES = [
  'session_interval',
  'session_prefixes',
  'route_interval',
  'arp_interval',
  'connection_interval',
  'resource_history',
] as const
/** JSON columns that contain times as epoch milliseconds. */
const REMEMBERED = [
  { table: 'detection_state', key: 'source_id', json: 'state' },
  { table: 'detection_scope', key: 'scope', json: 'state' },
  { table: 'session', key: 'id', json: 'life' },
  { table: 'alert_state', key: 'id', json: 'state' },
  { table: 'alert_state', key: 'id', json: 'no_data' },
] as const

/**
 * Corrects history with times in the future. Such times come from a database clock that was fast, or, before version
 * 0.4.0, from the clock of a worker. Without the correction, new polls could not be recorded until these times are
 * reached. A state with a begin in the future gets new bounds: it begins between the last poll before now, and now.
 * Coverage (the time for which data is known) ends now. Call it only if a second clock agrees with the database's
 * clock. With a slow clock, it would damage correct history. It does nothing if no time is in the future.
 * @param closeReports corrects the reports of customers' routers; the module that stores them provides it
 * @returns number of pairs of a source and a kind of poll whose last poll had a time in the future
 */
export function closeIntervalsInFuture(
  db: Database,
  closeReports: (client: PoolClient) => Promise<void>,
): Promise<number> {
  return db.transaction(async (client) => {
    await closeReports(client)
    const { rows } = await client.query<{ source_id: number; now: Date }>(
      `SELECT source_id, date_trunc('milliseconds', clock_timestamp()) AS now FROM poll_state
       WHERE last_finished_at > clock_timestamp() + $1 * interval '1 ms' FOR UPDATE`,
      [CLOCK_TOLERANCE_MS],
    )
    const events = await client.query<{ now: Date }>(
      `SELECT date_trunc('milliseconds', clock_timestamp()) AS now FROM event
       WHERE greatest(started_latest, ended_latest, detected_at) > clock_timestamp() + $1 * interval '1 ms' LIMIT 1`,
      [CLOCK_TOLERANCE_MS],
    )
    const [first] = [...rows, ...events.rows]
    if (!first) return 0
    const sourceIds = [...new Set(rows.map(({ source_id }) => source_id))]
    const now = first.now.getTime()
    const run = (text: string) => client.query(text, [sourceIds, formatIsoTime(now)])
    await endCoverage(run)
    for (const table of OPEN_TABLES) await run(boundOpen(table))
    await run(boundOpen('session', 'prefixes_'))
    for (const table of CLOSED_TABLES) {
      await run(`DELETE FROM ${table} WHERE source_id = ANY ($1) AND first_present >= $2`)
      await run(
        `UPDATE ${table} SET first_absent = $2, last_present = least(last_present, $2::timestamptz - interval '1 ms')
         WHERE source_id = ANY ($1) AND first_absent > $2`,
      )
    }
    await forgetCounters(run)
    await run(
      `UPDATE event e SET started_earliest = least(e.started_earliest, k.at), started_latest = ${upTo('e.started_latest')},
              ended_earliest = CASE WHEN e.ended_earliest > $2 THEN k.at ELSE e.ended_earliest END,
              ended_latest = ${upTo('e.ended_latest')}, detected_at = ${upTo('e.detected_at')}
       FROM ${KNOWN} WHERE e.source_id = k.source_id
         AND greatest(e.started_earliest, e.started_latest, e.ended_earliest, e.ended_latest, e.detected_at) > $2`,
    )
    // events about Peerwatch itself, whose times do not come from polls
    await client.query(
      `UPDATE event SET started_earliest = ${upTo('started_earliest', '$1')}, started_latest = ${upTo('started_latest', '$1')},
              ended_earliest = ${upTo('ended_earliest', '$1')}, ended_latest = ${upTo('ended_latest', '$1')}, detected_at = ${upTo('detected_at', '$1')}
       WHERE greatest(started_earliest, started_latest, ended_earliest, ended_latest, detected_at) > $1`,
      [formatIsoTime(now)],
    )
    await client.query(
      `UPDATE incident SET started_earliest = ${upTo('started_earliest', '$1')}, started_latest = ${upTo('started_latest', '$1')},
              ended_earliest = ${upTo('ended_earliest', '$1')}, ended_latest = ${upTo('ended_latest', '$1')},
              opened_at = ${upTo('opened_at', '$1')}, closed_at = ${upTo('closed_at', '$1')}
       WHERE greatest(started_earliest, started_latest, ended_earliest, ended_latest, opened_at, closed_at) > $1`,
      [formatIsoTime(now)],
    )
    for (const { table, key, json } of REMEMBERED) await boundRemembered(client, { table, key, json }, now)
    return rows.length
  })
}

/** Returns an SQL expression for the smaller of a time and now. A null time stays null. */
const upTo = (column: string, now = '$2') => `CASE WHEN ${column} > ${now} THEN ${now}::timestamptz ELSE ${column} END`

type Run = (text: string) => Promise<unknown>

/**
 * SQL for the last time before the moment `$2` up to which all kinds of polls of a source are known. It is always
 * earlier than that moment.
 */
const KNOWN = `(SELECT s AS source_id, least(coalesce((SELECT min(k.at) FROM (
                  SELECT max(c.to_at) AS at FROM coverage c WHERE c.source_id = s AND c.last_started_at < $2 GROUP BY c.kind) k), $2),
                  $2::timestamptz - interval '1 ms') AS at
                FROM unnest($1::int[]) s) k`

async function endCoverage(run: Run): Promise<void> {
  await run(`DELETE FROM coverage WHERE source_id = ANY ($1) AND from_at >= $2`)
  await run(
    `UPDATE coverage SET to_at = $2, last_started_at = ${upTo('last_started_at')} WHERE source_id = ANY ($1) AND to_at > $2`,
  )
  await run(
    `UPDATE poll_state p SET last_started_at = ${upTo('last_started_at')}, last_finished_at = ${upTo('last_finished_at')},
            ok_started_at = CASE WHEN ok_started_at > $2 THEN k.at ELSE ok_started_at END,
            ok_finished_at = CASE WHEN ok_finished_at > $2 THEN k.at ELSE ok_finished_at END,
            read_at = CASE WHEN read_at > $2 THEN k.at ELSE read_at END, silent_read_at = '{}', read_up_to = ${upTo('read_up_to')},
            interval_from = CASE WHEN interval_from > $2 THEN NULL ELSE interval_from END, recent_starts = '{}', recent_durations = '{}'
     FROM ${KNOWN} WHERE p.source_id = k.source_id`,
  )
  await run(`DELETE FROM route_churn WHERE source_id = ANY ($1) AND at > $2`)
  await run(`UPDATE route_churn_state SET rolled_up_to = $2 WHERE source_id = ANY ($1) AND rolled_up_to > $2`)
}

/**
 * Returns SQL that corrects the current states in a table whose times are in the future. The state then begins after
 * the last known poll, and at the latest now.
 * @param prefix prefix of the column names
 */
function boundOpen(table: (typeof OPEN_TABLES)[number], prefix = ''): string {
  const [absent, present, last] = ['last_absent', 'first_present', 'last_present'].map((name) => `${prefix}${name}`)
  const source = table === 'resource' ? 'listed_by' : 'source_id'
  const closed = prefix === '' ? `, closed_until = ${upTo('t.closed_until')}` : ''
  const seen =
    table === 'session' && prefix === ''
      ? `, seen_started_at = ${upTo('seen_started_at')}, seen_finished_at = ${upTo('seen_finished_at')}, established_earliest = ${upTo('established_earliest')}, established_latest = ${upTo('established_latest')}`
      : ''
  const ageOf = table === 'arp_entry' ? `, seen_finished_at = ${upTo('seen_finished_at')}` : ''
  return `UPDATE ${table} t SET ${absent} = CASE WHEN t.${absent} >= ${upTo(`t.${present}`)} THEN k.at ELSE t.${absent} END,
            ${present} = ${upTo(`t.${present}`)}, ${last} = ${upTo(`t.${last}`)}${closed}${seen}${ageOf}
          FROM ${KNOWN} WHERE t.${source} = k.source_id`
}

/**
 * Deletes counter values with times in the future. It is unknown in which time the bytes between such a value and the
 * next one passed.
 */
async function forgetCounters(run: Run): Promise<void> {
  await run(`DELETE FROM counter_sample WHERE source_id = ANY ($1) AND finished_at > $2`)
  await run(
    `UPDATE counter SET started_at = NULL, finished_at = NULL, bytes_in = NULL, bytes_out = NULL,
            previous_started_at = NULL, previous_finished_at = NULL, previous_bytes_in = NULL, previous_bytes_out = NULL
     WHERE source_id = ANY ($1) AND finished_at > $2`,
  )
  await run(`DELETE FROM usage_bucket WHERE source_id = ANY ($1) AND starts_at > $2`)
  await run(`DELETE FROM usage_gap WHERE source_id = ANY ($1) AND from_at >= $2`)
  await run(`UPDATE usage_gap SET to_at = $2 WHERE source_id = ANY ($1) AND to_at > $2`)
  await run(
    `UPDATE usage_series SET last_readings = NULL, rolled_up_to = $2 WHERE source_id = ANY ($1) AND rolled_up_to > $2`,
  )
}

async function boundRemembered(
  client: PoolClient,
  { table, key, json }: Record<'table' | 'key' | 'json', string>,
  now: EpochMs,
): Promise<void> {
  const { rows } = await client.query<{ key: unknown; value: unknown }>(
    `SELECT ${key} AS key, ${json} AS value FROM ${table} WHERE ${json} IS NOT NULL FOR UPDATE`,
  )
  for (const { key: own, value } of rows) {
    const bounded = notAfter(value, now)
    if (JSON.stringify(bounded) === JSON.stringify(value)) continue
    await client.query(`UPDATE ${table} SET ${json} = $2 WHERE ${key} = $1`, [own, JSON.stringify(bounded)])
  }
}

/**
 * A number in stored JSON that is at most this much larger than the current epoch milliseconds is treated as a time. No
 * counter or ASN has such a value.
 */
const TEN_YEARS_MS = 10 * 366 * 86_400_000

/** Returns a JSON value in which all times in the future are replaced by now. */
function notAfter(value: unknown, now: EpochMs): unknown {
  if (typeof value === 'number') return value > now && value < now + TEN_YEARS_MS ? now : value
  if (Array.isArray(value)) return value.map((one) => notAfter(one, now))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, notAfter(one, now)]))
}
