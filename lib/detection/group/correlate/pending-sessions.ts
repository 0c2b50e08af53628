import type { EpochMs } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { isSourceReadSince } from '../facts/last-answer.ts'
import { findLostCircuitPaths } from './roots/index.ts'

type Pace = Pick<DetectionContext, 'settings' | 'everyMs'>

/**
 * Reports whether the sessions that carried lost routes have not been polled since the loss. Route tables and sessions
 * are polled at different times, so the next poll may show whether the sessions fell with the routes or are up. The
 * event waits for that poll, because the answer decides to which fault the event belongs.
 */
export function hasUnreadCarryingSessions(context: DetectionContext, live: LiveEvent): boolean {
  const paths = findLostCircuitPaths(context, live)
  const isAsked = paths.every(({ circuit: scope, subresource }) =>
    isSourceReadSince(context, { scope, subresource, kind: 'summary' }, live.event.started.latest),
  )
  return !isAsked && mayHaveUnreadSessions(live, context, context.mark.finishedAt)
}

/**
 * Reports whether an event about routes may still wait for a poll of its sessions. It waits at most for one poll
 * interval (or for the setting `burst.slack`, if that is longer), so that it is not delayed for long if the sessions
 * cannot be read. Critical events never wait.
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
