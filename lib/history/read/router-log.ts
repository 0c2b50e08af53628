import { isBfdDownNotification } from '#lib/bgp/index.ts'
import { type TimestampBounds, type RouterDownReason, unwrapHardReset } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '../times.ts'

/** Maximum difference, in milliseconds, at which a log line and a BMP report count as the same moment. */
const SAME_MOMENT_MS = 1_000

/** A session, or one of its past intervals, with the reason it went down. */
interface Ended {
  id: number
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  since: TimestampBounds | null
}

/**
 * Completes the reasons why sessions went down from the router's log. The log is used if the router's own report
 * contains no reason or a less exact one. For example, FRR reports by BMP that it closed a session, and writes the
 * reason to its log.
 * @param knownBy time by which log lines must have arrived; later lines are ignored
 */
export async function addLoggedDownReasons<Session extends Ended>(
  db: SqlExecutor,
  sessions: readonly Session[],
  knownBy = Number.POSITIVE_INFINITY,
): Promise<Session[]> {
  const asking = sessions.filter(({ state, reason, since }) => state === 'down' && since !== null && isVague(reason))
  const moments = asking.flatMap(({ id, since }) => (since ? [{ id, at: since.latest }] : []))
  if (moments.length === 0) return [...sessions]
  const { rows } = await db.query<{ session_id: number; at: Date; reason: RouterDownReason }>(
    `SELECT l.session_id, l.at, l.reason
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) m (session_id, earliest, latest)
     JOIN router_log_line l ON l.session_id = m.session_id AND l.at BETWEEN m.earliest AND m.latest
     WHERE l.reason IS NOT NULL ORDER BY l.id`,
    [
      moments.map(({ id }) => id),
      moments.map(({ at }) => formatIsoTime(at - SAME_MOMENT_MS)),
      moments.map(({ at }) => formatIsoTime(Math.min(at + SAME_MOMENT_MS, knownBy))),
    ],
  )
  return sessions.map((session) => {
    const at = session.since?.latest
    if (!asking.includes(session) || at === undefined) return session
    const distanceOf = (row: { at: Date }) => Math.abs(toEpochMs(row.at) - at)
    // A NOTIFICATION that is logged after the reported one belongs to a later attempt to connect.
    const isOfLaterAttempt = (row: { at: Date; reason: RouterDownReason }) =>
      toEpochMs(row.at) > at && hasNotification(row.reason) && hasNotification(session.reason)
    // nearest first, because a session that restarts every second has lines of several losses near each loss
    const near = rows
      .filter((row) => row.session_id === session.id && distanceOf(row) <= SAME_MOMENT_MS && !isOfLaterAttempt(row))
      .toSorted((a, b) => distanceOf(a) - distanceOf(b))
    return { ...session, reason: best([session.reason, ...near.map(({ reason }) => reason)]) }
  })
}

const hasNotification = (reason: RouterDownReason | null): boolean =>
  (reason?.by === 'local' || reason?.by === 'remote') && reason.notification !== null

/** Reports whether a log can contain a more exact reason. */
const isVague = (reason: RouterDownReason | null): boolean => rank(reason) > 0

/** Returns how exact a reason is: 0 = most exact, higher = less exact, 9 = no reason. */
function rank(reason: RouterDownReason | null): number {
  if (reason === null) return 9
  switch (reason.by) {
    case 'log':
      // An interface failure or BFD is the reason for a NOTIFICATION that follows it. Therefore these two rank before
      // any other NOTIFICATION.
      return { interface: 0, bfd: 0, prefixLimit: 2, holdTimer: 2, operator: 2, connection: 3, unknown: 5 }[
        reason.cause
      ]
    case 'local':
    case 'remote':
      if (reason.notification === null) return 4
      return isBfdDownNotification(unwrapHardReset(reason.notification)) ? 0 : 1
    case 'localWithoutNotification':
      return reason.fsmEvent === 0 ? 8 : 3
    case 'remoteWithoutNotification':
      return 3
    case 'unknown':
      return 8
    default:
      return 0
  }
}

const best = (reasons: readonly (RouterDownReason | null)[]): RouterDownReason | null =>
  reasons.reduce((a, b) => (rank(b) < rank(a) ? b : a), null)
