import type { EpochMs } from '#lib/contract/index.ts'
import type { FoldContext } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { isReadSince } from '../facts/last-answer.ts'
import { pathsLost } from './roots/index.ts'

type Pace = Pick<FoldContext, 'settings' | 'everyMs'>

/**
 * Whether the sessions behind routes that were lost are yet to be asked: tables are read at another moment of a round, and what fell with
 * the routes, or is seen to be well beside them, reports a moment later what they belong to.
 */
export function hasUnreadSessions(context: FoldContext, live: LiveEvent): boolean {
  const paths = pathsLost(context, live)
  const isAsked = paths.every(({ circuit: scope, subresource }) =>
    isReadSince(context, { scope, subresource, kind: 'summary' }, live.event.started.latest),
  )
  return !isAsked && mayHaveUnreadSessions(live, context, context.mark.finishedAt)
}

/** No longer than to the next poll, within which nothing less than critical is reported: who does not answer holds up nothing. */
export function mayHaveUnreadSessions(
  { event, peersBefore }: LiveEvent,
  { settings, everyMs }: Pace,
  now: EpochMs,
): boolean {
  if (!peersBefore || event.incident || event.partOf || event.severity === 'info' || event.severity === 'critical')
    return false
  return now - event.detectedAt <= Math.max(settings['burst.slack'], everyMs)
}
