import type { PoolClient } from 'pg'
import { CLOCK_TOLERANCE_MS } from '#lib/contract/index.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/**
 * OPEN: tables with current states. CLOSED: tables with past intervals. HAS_AGE: tables with the time at which a
 * session was established.
 */
const OPEN = ['router_session', 'router_route'] as const
const CLOSED = ['router_session_interval', 'router_route_interval'] as const
const HAS_AGE = ['router_session', 'router_session_interval'] as const

const upTo = (column: string) => `${column} = CASE WHEN ${column} > $1 THEN $1::timestamptz ELSE ${column} END`
/** Returns SQL that replaces an earliest time by null (unknown) if it is in the future. */
const unknownAfter = (column: string) => `${column} = CASE WHEN ${column} > $1 THEN NULL ELSE ${column} END`

/**
 * Corrects reports of routers with times in the future. Stations (Peerwatch's servers for router connections) before
 * version 0.4.0 could write such reports. Without the correction, the router would count as observed until these times.
 * Times in the future become the current time. But the earliest time of a change, or of the begin of a session, becomes
 * unknown (null). A connection that is still open continues. Intervals and log lines that are completely in the future
 * are deleted. Nothing happens if no connection has a time in the future.
 */
export async function closeFutureDatedReports(client: PoolClient): Promise<void> {
  const ahead = await client.query<{ now: Date }>(
    `SELECT date_trunc('milliseconds', clock_timestamp()) AS now FROM router_connection
     WHERE to_at > clock_timestamp() + $1 * interval '1 ms' LIMIT 1`,
    [CLOCK_TOLERANCE_MS],
  )
  const [first] = ahead.rows
  if (!first) return
  const now = formatIsoTime(first.now.getTime())
  const run = (text: string) => client.query(text, [now])
  await run(
    `UPDATE router_connection SET ${upTo('from_at')}, ${upTo('to_at')} WHERE greatest(from_at, to_at) > $1::timestamptz`,
  )
  await run(`UPDATE router SET ${upTo('first_seen')} WHERE first_seen > $1::timestamptz`)
  await run('DELETE FROM router_log_line WHERE at > $1::timestamptz')
  for (const table of CLOSED) {
    await run(`DELETE FROM ${table} WHERE first_present >= $1::timestamptz`)
    await run(
      `UPDATE ${table} SET ${upTo('first_absent')}, ${upTo('last_present')} WHERE first_absent > $1::timestamptz`,
    )
  }
  for (const table of OPEN) {
    const own = table === 'router_session' ? `, ${upTo('observed_until')}, ${upTo('gap_from')}` : ''
    const all = `last_absent, first_present, last_present, seen_at${own === '' ? '' : ', observed_until, gap_from'}`
    await run(
      `UPDATE ${table} SET ${unknownAfter('last_absent')}, ${upTo('first_present')}, ${upTo('last_present')}, ${upTo('seen_at')}${own}
       WHERE greatest(${all}) > $1::timestamptz`,
    )
  }
  for (const table of HAS_AGE)
    await run(
      `UPDATE ${table} SET ${unknownAfter('established_earliest')}, ${upTo('established_latest')}
       WHERE greatest(established_earliest, established_latest) > $1::timestamptz`,
    )
}
