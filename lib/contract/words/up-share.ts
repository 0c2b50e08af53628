import { type UptimeBreakdown, computeUpShare } from '../up-share.ts'

/** Amount that compensates floating-point errors before rounding. */
const SLIP = 1e-6

const percent = (share: number, round: (value: number) => number, slip: number) =>
  `${(round(share * 100_000 + slip) / 1_000).toFixed(3)} %`

/**
 * Formats the availability of a period as bounds: `99.976 % – 99.989 %`. The lower bound is rounded down and the upper
 * bound up, so that the displayed bounds are never tighter than the real ones. If nothing was observed, the reason is
 * returned, for example `not observed`.
 */
export function formatUpShare(time: UptimeBreakdown): string {
  const share = computeUpShare(time)
  if (share === null) {
    if (time.seconds <= 0) return 'not begun'
    return time.unknownSeconds > 0 ? 'not observed' : 'planned work'
  }
  const [least, most] = [percent(share.atLeast, Math.floor, SLIP), percent(share.atMost, Math.ceil, -SLIP)]
  return least === most ? least : `${least} – ${most}`
}
