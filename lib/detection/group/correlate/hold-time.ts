import type { DetectedEvent } from '#lib/contract/index.ts'
import type { FoldContext } from '../../model/context.ts'

/** Reports whether two events began within a hold time and a poll of each other. */
export function withinHoldTime(
  { settings }: Pick<FoldContext, 'settings'>,
  a: DetectedEvent,
  b: DetectedEvent,
): boolean {
  const slack = settings['timers.hold'] + settings['burst.slack']
  return a.started.earliest <= b.started.latest + slack && a.started.latest >= b.started.earliest - slack
}
