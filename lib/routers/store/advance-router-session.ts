import type {
  Bounds,
  EpochMs,
  RouterDownReason,
  RouterSessionDown,
  RouterSessionLogged,
  RouterSessionUp,
} from '#lib/contract/index.ts'
import type { Closed, Open } from '#lib/history/record/interval.ts'
import { startRouterInterval, boundsOfChange, endRouterInterval } from './router-interval.ts'

/** State of a session, and the interval in which it has that state. */
export interface RouterSessionState {
  state: 'up' | 'down'
  /** reason of a session that is down; null = up */
  reason: RouterDownReason | null
  established: Bounds | null
  open: Open
}

export interface PastRouterSession extends Omit<RouterSessionState, 'open'> {
  past: Closed
}

/**
 * Applies a report to the state of a session. A report of the current state changes nothing, because FRR repeats a Peer
 * Down at each attempt to connect, and a router that reconnects reports all states again. The first reason is kept,
 * because later reasons are about the attempts to connect. A log is different, because it reports only changes: if it
 * reports "up" again at a later time, the session was down in between and the line about that was lost.
 * @param unobservedFrom end of the observation before this connection, if this is its first report of the session;
 *   otherwise null
 * @returns the new state, and the interval that ended; null = no interval ended
 */
export function advanceRouterSession(
  current: RouterSessionState | null,
  report: RouterSessionUp | RouterSessionDown | RouterSessionLogged,
  unobservedFrom: EpochMs | null,
): { next: RouterSessionState; ended: PastRouterSession | null } {
  const state = stateOf(report)
  const isUpAgain = report.type === 'sessionLogged' && state === 'up' && current?.state === 'up'
  const established =
    report.type === 'sessionUp'
      ? report.established
      : isUpAgain && report.notBefore !== null
        ? { earliest: report.notBefore, latest: report.at }
        : null
  const reason = report.type === 'sessionUp' ? null : report.reason
  const gapFrom = isUpAgain && current ? Math.max(unobservedFrom ?? 0, current.open.firstPresent) : unobservedFrom
  if (!current) {
    // uses the reported start even if it was before this connection, because a router's report about the past is as
    // reliable as its report about the present
    const since = established ?? { earliest: report.notBefore, latest: report.at }
    return {
      next: { state, reason, established, open: startRouterInterval({ ...since, latest: report.at }) },
      ended: null,
    }
  }
  const isNewLife =
    state === 'up' && current.state === 'up' && gapFrom !== null && (established?.earliest ?? 0) > gapFrom
  if (state === current.state && !isNewLife) {
    return {
      next: { ...current, established: current.established ?? seenWithin(established, current.open) },
      ended: null,
    }
  }
  const bounds = boundsOfChange(report, current.open, gapFrom)
  const { open, ...was } = current
  // if a session came up again while it was not observed, the previous session ended at an unknown time before that
  const endedAt = isNewLife && established ? { earliest: gapFrom, latest: established.latest } : bounds
  const begins = isNewLife && established ? { earliest: established.earliest, latest: report.at } : bounds
  return {
    next: {
      state,
      reason,
      established: seenWithin(established, startRouterInterval(begins)),
      open: startRouterInterval(begins),
    },
    ended: { ...was, past: endRouterInterval(open, endedAt) },
  }
}

/**
 * Limits the reported time at which the session was established to the bounds of the interval; null if they do not
 * overlap, because the session was not observed to be up before.
 */
function seenWithin(established: Bounds | null, { lastAbsent, firstPresent }: Open): Bounds | null {
  if (!established) return null
  const earliest = Math.max(established.earliest, lastAbsent ?? established.earliest)
  const latest = Math.min(established.latest, firstPresent)
  return earliest <= latest ? { earliest, latest } : null
}

function stateOf(report: RouterSessionUp | RouterSessionDown | RouterSessionLogged): 'up' | 'down' {
  if (report.type === 'sessionLogged') return report.state
  return report.type === 'sessionUp' ? 'up' : 'down'
}
