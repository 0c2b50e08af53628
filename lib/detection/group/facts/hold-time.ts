import type { DetectedEvent } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../model/context.ts'

/** Reports whether the begins of two events may be at most a hold time plus the setting `burst.slack` apart. */
export function isWithinHoldTime(
  { settings }: Pick<DetectionContext, 'settings'>,
  a: Pick<DetectedEvent, 'started'>,
  b: Pick<DetectedEvent, 'started'>,
): boolean {
  const slack = settings['timers.hold'] + settings['burst.slack']
  return a.started.earliest <= b.started.latest + slack && a.started.latest >= b.started.earliest - slack
}

/**
 * Reports whether some events may have begun at the same moment: the bounds of their begins overlap, or are at most the
 * setting `burst.slack` apart. If one element fails, everything that depends on it fails at the same moment.
 */
export const canEventsBeginTogether = (
  { settings }: Pick<DetectionContext, 'settings'>,
  events: readonly DetectedEvent[],
) =>
  Math.max(...events.map(({ started }) => started.earliest)) <=
  Math.min(...events.map(({ started }) => started.latest)) + settings['burst.slack']

/** Reports whether an event or incident had ended before another event began. */
export const hasEndedBefore = (
  { ended }: Pick<DetectedEvent, 'ended'>,
  { started }: Pick<DetectedEvent, 'started'>,
): boolean => ended !== null && ended.latest < started.earliest
