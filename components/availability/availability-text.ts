import type { AvailabilityReportRow } from '#lib/reports/api/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'

interface Seconds {
  atLeast: number
  atMost: number
}

/** Formats the bounds of a duration for a list: `58 s – 2 min 02 s`; `0` if the maximum is 0. */
export function formatOutageSeconds({ atLeast, atMost }: Seconds): string {
  if (atMost === 0) return '0'
  // If the duration is exact, it is rounded to the nearest second. Otherwise the minimum is rounded down and the
  // maximum up.
  if (atLeast === atMost) return formatDuration(Math.round(atLeast) * 1_000)
  const [least, most] = [formatDuration(atLeast * 1_000), formatDuration(atMost * 1_000, 'ceil')]
  return least === most ? least : `${least} – ${most}`
}

/**
 * Formats the service credit that the provider owes, as a share of the month's fee: `10 % – 25 %`. Returns `none` if no
 * credit is due, and a dash if the contract has no service credits.
 */
export function formatServiceCredit(credit: AvailabilityReportRow['creditDue']): string {
  if (credit === null) return '–'
  const { atLeast, atMost } = credit
  if (atMost === 0) return 'none'
  return atLeast === atMost ? `${atMost} %` : `${atLeast} % – ${atMost} %`
}
