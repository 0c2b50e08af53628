import type { EpochMs } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { isSourceReadSince } from '../facts/last-answer.ts'
import { findLostCircuitPaths } from './roots/index.ts'

type Pace = Pick<DetectionContext, 'settings' | 'everyMs'>

/**
 * Reports whether the sessions that carried lost routes have not been polled since the loss. Route tables and sessions
 * are polled at different times. The next poll may show whether the sessions fell with the routes or are still up,
 * which decides to which fault the event belongs. Therefore the event waits for that poll.
 */
export function hasUnreadCarryingSessions(context: DetectionContext, live: LiveEvent): boolean {
  const paths = findLostCircuitPaths(context, live)
  const isAsked = paths.every(({ circuit: scope, subresource }) =>
    isSourceReadSince(context, { scope, subresource, kind: 'summary' }, live.event.started.latest),
  )
  return !isAsked && mayHaveUnreadSessions(live, context, context.mark.finishedAt)
}

/**
 * Reports whether an event about routes may still wait for a poll of its sessions. It waits for at most one poll
 * interval (or the setting `burst.slack`, if that is longer), so that it is reported soon even if the sessions cannot
 * be read. Critical events never wait.
 */
export function mayHaveUnreadSessions(
  { event, peersBefore }: LiveEvent,
  { settings, everyMs }: Pace,
  now: EpochMs,
): boolean {
  if (!peersBefore || event.incident || event.partOf || event.severity === 'info' || event.severity === 'critical')
    return false
  return now - event.detectedAt <= Math.max(settings['burst.slack'], everyMs)
}
