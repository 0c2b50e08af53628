import type { TimestampBounds, ForwardingLossDetectionLag, LossMechanism } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../../../model/settings.ts'

const NO_BFD =
  'No BFD evidence: the session outlived its path by the hold time. Check that BFD is configured on the customer router of this path.'

/**
 * Returns how a session may have ended, from the time between the loss of forwarding and the end of the session
 * (docs/rules/detection.md 3.7). Each mechanism (for example BFD or hold timer) has a usual range of this time. A
 * mechanism is named only if it is the only one that fits. A short time never proves that BFD works.
 */
export function computeLossDetectionLag(
  lost: TimestampBounds,
  ended: TimestampBounds,
  settings: DetectionSettings,
): ForwardingLossDetectionLag {
  const least = ended.earliest - lost.latest
  const most = ended.latest - lost.earliest
  const ranges: [LossMechanism, number, number][] = [
    ['immediate', 0, settings['lag.immediate']],
    ['bfd_750', settings['lag.bfd750.least'], settings['lag.bfd750.most']],
    ['low_timers', settings['lag.low.least'], settings['lag.low.most']],
    ['hold_timer', settings['lag.hold.least'], settings['timers.hold']],
  ]
  const possible = ranges.flatMap(([name, from, to]) => (least <= to && most >= from ? [name] : []))
  const [only, ...others] = possible
  const named = only !== undefined && others.length === 0 ? only : null
  return {
    lag: { minMs: Math.max(0, least), maxMs: Math.max(0, most) },
    possible,
    named,
    advice: named === 'hold_timer' ? NO_BFD : null,
  }
}
