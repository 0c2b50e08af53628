import { type UptimeBreakdown, upShare } from '../up-share.ts'

/** A floating point error is no part of a share. */
const SLIP = 1e-6

const percent = (share: number, round: (value: number) => number, slip: number) =>
  `${(round(share * 100_000 + slip) / 1_000).toFixed(3)} %`

/**
 * The share of the observed time that was up, in a list: `99.976 % – 99.989 %`. The lower bound is rounded down and the upper one up, so
 * that none is tightened: 99.9996 % is not all of it. Where nothing was observed it says why.
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
