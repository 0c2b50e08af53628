import type { CostHeadline } from '#lib/contract/index.ts'
import { bandWords, formatMoney } from '../cost/money-words.ts'
import { plural } from '../format/quantity.ts'

/** What the circuits cost this month, one part for each currency; '' where nothing is priced. */
export const monthsCost = ({ totals }: CostHeadline): string => totals.map(bandWords).join('; ')

/** What the review would change, and what that likely saves in a month. */
export function advisedChanges({ switches, saving }: CostHeadline): string {
  if (switches === 0) return 'No change of plan is recommended.'
  const changes = `${plural(switches, 'change')} of plan ${switches === 1 ? 'is' : 'are'} recommended`
  return saving.length === 0
    ? `${changes}.`
    : `${changes}, likely saving ${saving.map(formatMoney).join(' and ')} a month.`
}

/** Circuits that are not in the figure: it was worked out before they were there; '' when all are. */
export const missingCircuits = ({ missing }: CostHeadline): string =>
  missing === 0 ? '' : `${plural(missing, 'circuit')} ${missing === 1 ? 'is' : 'are'} not in it yet.`
