import type { DetectedEvent } from '#lib/contract/index.ts'
import type { FoldContext } from '../../model/context.ts'

/** Reports whether the begins of two events may be at most a hold time plus `burst.slack` apart. */
export function withinHoldTime(
  { settings }: Pick<FoldContext, 'settings'>,
  a: DetectedEvent,
  b: DetectedEvent,
): boolean {
  const slack = settings['timers.hold'] + settings['burst.slack']
  return a.started.earliest <= b.started.latest + slack && a.started.latest >= b.started.earliest - slack
}
