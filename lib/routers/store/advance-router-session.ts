import type {
  TimestampBounds,
  EpochMs,
  RouterDownReason,
  RouterSessionDown,
  LoggedRouterSessionChange,
  RouterSessionUp,
} from '#lib/contract/index.ts'
import type { ClosedInterval, OpenInterval } from '#lib/history/record/interval.ts'
import { startRouterInterval, computeStateChangeBounds, endRouterInterval } from './router-interval.ts'

/** State of a session with the time since when it has this state. */
export interface RouterSessionState {
  state: 'up' | 'down'
  /** Reason why the session is down; null = it is up. */
  reason: RouterDownReason | null
  established: TimestampBounds | null
  open: OpenInterval
}

export interface PastRouterSession extends Omit<RouterSessionState, 'open'> {
  past: ClosedInterval
}

/**
 * Returns the state of a session after a report, and the interval that ended, if any. A report of the same state
 * changes nothing. FRR repeats a Peer Down with each attempt to connect, and a router that connects again reports all
 * its states. The first reason is kept, because the later reasons are only about the attempts to connect. There is an
 * exception to the rule that the same state changes nothing: a log reports only changes, so if it reports "up" twice,
 * the session was down in between, and the line about the loss was lost.
 * @param unobservedFrom end of the last observation, if this is the first report of the session on this connection;
 *   otherwise null
 * @returns `ended` is null if the state did not change
 */
export function advanceRouterSession(
  current: RouterSessionState | null,
  report: RouterSessionUp | RouterSessionDown | LoggedRouterSessionChange,
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
    // use the begin that the router reports, even if it is before this connection, because it is as reliable as the
    // reported state
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
  const bounds = computeStateChangeBounds(report, current.open, gapFrom)
  const { open, ...was } = current
  // If the session came up again while it was not observed, the earlier session ended at an unknown time before it came
  // up again.
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
 * Limits the reported time at which the session was established to the time in which it was observed to come up.
 * Returns null if the two do not overlap.
 */
function seenWithin(
  established: TimestampBounds | null,
  { lastAbsent, firstPresent }: OpenInterval,
): TimestampBounds | null {
  if (!established) return null
  const earliest = Math.max(established.earliest, lastAbsent ?? established.earliest)
  const latest = Math.min(established.latest, firstPresent)
  return earliest <= latest ? { earliest, latest } : null
}

function stateOf(report: RouterSessionUp | RouterSessionDown | LoggedRouterSessionChange): 'up' | 'down' {
  if (report.type === 'sessionLogged') return report.state
  return report.type === 'sessionUp' ? 'up' : 'down'
}
