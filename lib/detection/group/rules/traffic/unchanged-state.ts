import { type EpochMs, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'

/**
 * Reports whether the sessions and routes of these circuits and gateways are unchanged since a hold time before the
 * given time.
 */
export function areSessionsAndRoutesUnchanged(
  context: DetectionContext,
  scopes: readonly string[],
  moment: EpochMs,
): boolean {
  const since = moment - context.settings['timers.hold']
  return scopes.every((scope) => {
    const { sessions, routesChangedAt } = ensureResourceState(context, scope)
    const moved = Object.values(sessions).filter(
      ({ level, since: own }) => level !== 'never' && own.earliest !== INSTANT_BEFORE_MONITORING,
    )
    return (routesChangedAt === null || routesChangedAt < since) && moved.every(({ since: own }) => own.latest < since)
  })
}
