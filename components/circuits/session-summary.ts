import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import type { StatusText } from '../ui/status.tsx'
import { addLastKnownMinute, getSessionStatus } from '../ui/status-text.ts'

/**
 * Returns one status for a neighbor's sessions to all gateway instances. If only some of the sessions are down, the
 * status contains their number. Otherwise, it is the status of the first session that is not up. Sessions that were
 * never up do not count. If no recent poll confirms that a session is down, the detail is the time since which it is
 * not confirmed.
 * @param isCounted whether the detail names the number of gateway instances
 */
export function summarizeSessions(sessions: BgpSession[], isCounted = true): StatusText {
  const counted = sessions.filter(({ verdict }) => verdict !== 'never_established')
  if (counted.length === 0) {
    return sessions.length > 0 ? { tone: 'off', word: 'NEVER CONNECTED' } : { tone: 'unknown', word: 'UNKNOWN' }
  }
  const up = counted.filter(({ verdict }) => verdict === 'up').length
  const down = counted.filter(({ verdict }) => verdict === 'down')
  if (up === counted.length)
    return { tone: 'up', word: 'UP', detail: isCounted && up > 1 ? formatCountWithPlural(up, 'instance') : null }
  const unconfirmed = down
    .filter(({ known, lastSeenAt }) => known === 'stale' && lastSeenAt !== null)
    .toSorted((a, b) => Date.parse(a.lastSeenAt ?? '') - Date.parse(b.lastSeenAt ?? ''))[0]
  const shown = unconfirmed ?? down[0]
  if (down.length === counted.length && shown) return getSessionStatus(shown)
  if (down.length > 0)
    return addLastKnownMinute(
      {
        tone: 'degraded',
        word: `DOWN ON ${down.length} OF ${counted.length}`,
        detail: isCounted ? 'instances' : null,
      },
      unconfirmed?.lastSeenAt ?? null,
    )
  const other = counted.find(({ verdict }) => verdict !== 'up')
  return other ? getSessionStatus(other) : { tone: 'up', word: 'UP' }
}

/**
 * Returns one status for the sessions of a gateway that are not mapped to paths. Azure does not report which neighbor
 * of a gateway belongs to which path of a circuit. Until Peerwatch has inferred this mapping, the status of a path is
 * certain only if all neighbors have the same status.
 * @param sessions sessions of the gateway to every Microsoft edge router
 * @param isOfHub whether the gateway belongs to a Virtual WAN hub, whose sessions Azure does not report
 */
export function summarizeUnmappedSessions(sessions: BgpSession[], isOfHub = false): StatusText {
  const counted = sessions.filter(({ verdict }) => verdict !== 'never_established')
  const up = counted.filter(({ verdict }) => verdict === 'up').length
  if (counted.length === 0 && isOfHub) return { tone: 'off', word: 'NOT REPORTED', detail: 'normal in Virtual WAN' }
  if (counted.length === 0) return { tone: 'unknown', word: 'UNKNOWN', detail: 'no session reported' }
  if (up === counted.length) return { tone: 'up', word: 'UP', detail: `all ${up}` }
  return { tone: 'unknown', word: 'UNKNOWN', detail: `${up} of ${counted.length} up, path unknown` }
}
