import type { Source } from '#lib/contract/index.ts'
import { formatInterval } from '#lib/contract/words/index.ts'
import { formatCount } from '../format/quantity.ts'

const reasons: Record<NonNullable<Source['burst']>['reason'], string> = {
  adverse: 'after a first adverse sample',
  watch: 'because somebody watches',
}

/** Why and how much faster a poll goes for a while. */
export const burstWords = ({ everySeconds, reason }: NonNullable<Source['burst']>): string =>
  `polled every ${formatInterval(everySeconds)} ${reasons[reason]}`

/** How many reads Azure still grants, the least that any poll was told; null where it says nothing. */
export function budgetWords(sources: readonly Source[]): string | null {
  const left = sources.flatMap(({ budgetLeft }) => budgetLeft ?? [])
  return left.length === 0 ? null : `ARM grants at least ${formatCount(Math.min(...left))} more reads.`
}
