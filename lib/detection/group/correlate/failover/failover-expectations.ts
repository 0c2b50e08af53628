import type {
  DurationBounds,
  FailoverClass,
  FailoverExpectation,
  FailoverVerdict,
  ForwardingLossDetectionLag,
} from '#lib/contract/index.ts'
import type { DetectionSettings, DetectionThresholdName } from '../../../model/settings.ts'

const budgets: Record<FailoverClass, DetectionThresholdName> = {
  withdrawal: 'failover.withdrawal',
  bfd: 'failover.bfd',
  bfd_750: 'failover.bfd750',
  hold_timer: 'failover.hold',
  vpn_planned: 'failover.vpn.planned',
  vpn_unplanned: 'failover.vpn.unplanned',
}

/**
 * Compares the duration of a failover with the time budgets of the mechanisms that may apply (for example BFD or hold
 * timer), likeliest first (docs/rules/detection.md 4). The hold timer is first only if it is proved to be the
 * mechanism.
 */
export function compareFailoverWithBudgets(
  took: DurationBounds | null,
  { isVpn, isLoss, mechanism }: { isVpn: boolean; isLoss: boolean; mechanism: ForwardingLossDetectionLag | null },
  settings: DetectionSettings,
): FailoverExpectation[] {
  return classesOf(isVpn, isLoss, mechanism).map((name) => {
    const budgetMs = settings[budgets[name]]
    return { class: name, budgetMs, verdict: verdictOf(took, budgetMs) }
  })
}

/**
 * Returns the bounds of the time without forwarding. They are used if byte counters do not show this time. The maximum
 * is one hold time longer than the time until routes changed, because forwarding can end up to a hold time before the
 * session ends (docs/rules/detection.md 1.4).
 * @param controlPlane duration until routes changed; null = unknown
 */
export const computeForwardingLossBounds = (
  controlPlane: DurationBounds | null,
  settings: DetectionSettings,
): DurationBounds | null =>
  controlPlane && { minMs: controlPlane.minMs, maxMs: controlPlane.maxMs + settings['timers.hold'] }

function classesOf(isVpn: boolean, isLoss: boolean, mechanism: ForwardingLossDetectionLag | null): FailoverClass[] {
  if (isVpn) return ['vpn_unplanned', 'vpn_planned']
  if (!isLoss) return ['withdrawal']
  switch (mechanism?.named) {
    case 'hold_timer':
      return ['hold_timer', 'bfd', 'bfd_750', 'withdrawal']
    case 'bfd_750':
      return ['bfd_750', 'bfd', 'withdrawal', 'hold_timer']
    default:
      return ['withdrawal', 'bfd', 'bfd_750', 'hold_timer']
  }
}

/**
 * Compares a duration with its budget. The duration has bounds: the result is `within` if both bounds are in the
 * budget, `exceeded` if both are above it, otherwise `not_provable`.
 */
function verdictOf(took: DurationBounds | null, budgetMs: number): FailoverVerdict {
  if (!took) return 'not_provable'
  if (took.maxMs <= budgetMs) return 'within'
  return took.minMs > budgetMs ? 'exceeded' : 'not_provable'
}
