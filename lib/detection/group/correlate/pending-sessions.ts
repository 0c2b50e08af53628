import type { EpochMs } from '#lib/contract/index.ts'
import type { FoldContext } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { isReadSince } from '../facts/last-answer.ts'
import { pathsLost } from './roots/index.ts'

type Pace = Pick<FoldContext, 'settings' | 'everyMs'>

/**
 * Reports whether the sessions behind lost routes have not been polled since the loss. Tables are polled at another
 * time than sessions, so that a later poll may show whether the sessions fell with the routes or are healthy, and thus
 * which fault the routes belong to.
 */
export function hasUnreadSessions(context: FoldContext, live: LiveEvent): boolean {
  const paths = pathsLost(context, live)
  const isAsked = paths.every(({ circuit: scope, subresource }) =>
    isReadSince(context, { scope, subresource, kind: 'summary' }, live.event.started.latest),
  )
  return !isAsked && mayHaveUnreadSessions(live, context, context.mark.finishedAt)
}

/**
 * Reports whether an event may still wait for its sessions. It waits at most until the next poll, so that a source
 * without answers delays it only briefly; critical events never wait.
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
