import type { AvailabilityRow } from '#lib/reports/api/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'

interface Seconds {
  atLeast: number
  atMost: number
}

/** Formats the bounds of a length of time for a list: `58 s – 2 min 02 s`; `0` if the upper bound is 0. */
export function formatLength({ atLeast, atMost }: Seconds): string {
  if (atMost === 0) return '0'
  // An exact length is rounded to the nearest second. Bounds are rounded outwards below.
  if (atLeast === atMost) return formatDuration(Math.round(atLeast) * 1_000)
  const [least, most] = [formatDuration(atLeast * 1_000), formatDuration(atMost * 1_000, 'ceil')]
  return least === most ? least : `${least} – ${most}`
}

/**
 * Formats the service credit that is due as a share of the month's fee: `10 % – 25 %`, `none` if no credit is due, a
 * dash if no credits are agreed.
 */
export function formatCredit(credit: AvailabilityRow['creditDue']): string {
  if (credit === null) return '–'
  const { atLeast, atMost } = credit
  if (atMost === 0) return 'none'
  return atLeast === atMost ? `${atMost} %` : `${atLeast} % – ${atMost} %`
}
