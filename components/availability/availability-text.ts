import type { AvailabilityRow } from '#lib/reports/api/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'

interface Seconds {
  atLeast: number
  atMost: number
}

/** Bounds of a length of time in a list: `58 s – 2 min 02 s`; none at all is `0`. */
export function formatLength({ atLeast, atMost }: Seconds): string {
  if (atMost === 0) return '0'
  // a length that is known is no bound that could be tightened
  if (atLeast === atMost) return formatDuration(Math.round(atLeast) * 1_000)
  const [least, most] = [formatDuration(atLeast * 1_000), formatDuration(atMost * 1_000, 'ceil')]
  return least === most ? least : `${least} – ${most}`
}

/** Credit of the month's fee: `10 % – 25 %`, `none` if none is due, a dash without a contract. */
export function formatCredit(credit: AvailabilityRow['creditDue']): string {
  if (credit === null) return '–'
  const { atLeast, atMost } = credit
  if (atMost === 0) return 'none'
  return atLeast === atMost ? `${atMost} %` : `${atLeast} % – ${atMost} %`
}
