import type {
  Bounds,
  EpochMs,
  RouterDownReason,
  RouterSessionDown,
  RouterSessionLogged,
  RouterSessionUp,
} from '#lib/contract/index.ts'
import type { Closed, Open } from '#lib/history/record/interval.ts'
import { begunBy, boundsOfChange, endedRouterInterval } from './router-interval.ts'

/** What a session is, and since when. */
export interface RouterSessionState {
  state: 'up' | 'down'
  /** of one that is down */
  reason: RouterDownReason | null
  established: Bounds | null
  open: Open
}

export interface PastRouterSession extends Omit<RouterSessionState, 'open'> {
  past: Closed
}

/**
 * What a report makes of a session. A report of the state that it is in changes nothing: FRR repeats a Peer Down at each attempt to
 * connect, and a router that connects again states everything again. The first reason stands, because those after it are about the attempts.
 * A log says no states but changes: a session that came up again by a later second was down meanwhile, and the line about that is lost.
 * @param unobservedFrom end of what was known before this connection, if this is its first report of the session; otherwise null
 * @returns the state after it, and what ended; null = nothing did
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
    // what a router says of the past is as good as what it says now
    const since = established ?? { earliest: report.notBefore, latest: report.at }
    return { next: { state, reason, established, open: begunBy({ ...since, latest: report.at }) }, ended: null }
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
  // a life that began unobserved ended the one before it by then, and nobody knows when
  const endedAt = isNewLife && established ? { earliest: gapFrom, latest: established.latest } : bounds
  const begins = isNewLife && established ? { earliest: established.earliest, latest: report.at } : bounds
  return {
    next: { state, reason, established: seenWithin(established, begunBy(begins)), open: begunBy(begins) },
    ended: { ...was, past: endedRouterInterval(open, endedAt) },
  }
}

/** What a router says of when a session came up, as far as it can have been then; null = it can't: it was not seen to be up before. */
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
