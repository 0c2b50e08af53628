import type { Bounds, RouterDownReason } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

/** A line and what a router reports by BMP are of the same moment when they arrive within this time, milliseconds. */
const SAME_MOMENT_MS = 1_000

/** A session, or what it was for a time, with why it went down. */
interface Ended {
  id: number
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  since: Bounds | null
}

/**
 * The same with the reasons that the router's log gives where the report itself gives none or less: FRR reports by BMP that it closed a session, and
 * writes why into its log.
 * @param knownBy lines that arrived later are left out
 */
export async function withLoggedReasons<Session extends Ended>(
  db: Queryable,
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
      moments.map(({ at }) => iso(at - SAME_MOMENT_MS)),
      moments.map(({ at }) => iso(Math.min(at + SAME_MOMENT_MS, knownBy))),
    ],
  )
  return sessions.map((session) => {
    const at = session.since?.latest
    if (!asking.includes(session) || at === undefined) return session
    const near = rows.filter((row) => row.session_id === session.id && Math.abs(ms(row.at) - at) <= SAME_MOMENT_MS)
    return { ...session, reason: best([session.reason, ...near.map(({ reason }) => reason)]) }
  })
}

/** Whether a log could say more than this. */
const isVague = (reason: RouterDownReason | null): boolean => rank(reason) > 0

/** The reason that says most: 0 = all that there is to say. */
function rank(reason: RouterDownReason | null): number {
  if (reason === null) return 9
  switch (reason.by) {
    case 'log':
      // an interface or BFD that took the session explains the NOTIFICATION that was sent after it
      return { interface: 0, bfd: 0, prefixLimit: 2, holdTimer: 2, operator: 2, connection: 3, unknown: 5 }[
        reason.cause
      ]
    case 'local':
    case 'remote':
      return reason.notification ? 1 : 4
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
