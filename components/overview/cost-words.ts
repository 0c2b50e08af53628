import type { CostHeadline } from '#lib/cost/api/index.ts'
import { bandWords, formatMoney } from '../cost/money-words.ts'
import { plural } from '../format/quantity.ts'

/** This month's cost of the circuits, by currency; '' if nothing is priced. */
export const monthsCost = ({ totals }: CostHeadline): string => totals.map(bandWords).join('; ')

/** Recommended plan changes and their likely monthly saving. */
export function advisedChanges({ switches, saving }: CostHeadline): string {
  if (switches === 0) return 'No plan changes recommended.'
  const changes = `${plural(switches, 'plan change')} recommended`
  return saving.length === 0
    ? `${changes}.`
    : `${changes}, likely saving ${saving.map(formatMoney).join(' and ')} a month.`
}

/** Circuits newer than the figure, or without a price; '' if all are included. */
export const missingCircuits = ({ missing }: CostHeadline): string =>
  missing === 0 ? '' : `${plural(missing, 'circuit')} not included yet.`
