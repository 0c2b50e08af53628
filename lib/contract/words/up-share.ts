import { type UptimeBreakdown, upShare } from '../up-share.ts'

/** Correction of floating-point errors before rounding. */
const SLIP = 1e-6

const percent = (share: number, round: (value: number) => number, slip: number) =>
  `${(round(share * 100_000 + slip) / 1_000).toFixed(3)} %`

/**
 * Formats the share of the observed time that was up: `99.976 % – 99.989 %`. The lower bound is rounded down and the
 * upper bound up, so that no bound becomes tighter: 99.9996 % is not shown as 100 %. If nothing was observed, the
 * reason is returned.
 */
export function formatUpShare(time: UptimeBreakdown): string {
  const share = upShare(time)
  if (share === null) {
    if (time.seconds <= 0) return 'not begun'
    return time.unknownSeconds > 0 ? 'not observed' : 'planned work'
  }
  const [least, most] = [percent(share.atLeast, Math.floor, SLIP), percent(share.atMost, Math.ceil, -SLIP)]
  return least === most ? least : `${least} – ${most}`
}
