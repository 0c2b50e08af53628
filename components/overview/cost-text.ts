import type { CostHeadline } from '#lib/cost/api/index.ts'
import { formatCostPercentiles, formatMoney } from '../cost/money-text.ts'

const formatAmounts = (amounts: CostHeadline['saving']): string => amounts.map(formatMoney).join(' and ')

/**
 * Formats the likely monthly saving if all recommended plan changes are made: `$4,500 a month`. If the bills prove
 * other prices than the list, it is the saving at the prices of the bills.
 */
export function formatAdvisedSaving({ saving, billedSaving }: CostHeadline): string {
  const lead = billedSaving ?? saving
  return lead.length === 0 ? 'nothing to save' : `${formatAmounts(lead)} a month`
}

/**
 * Formats the prices of the saving and the whole cost of the month: `at the prices of the bills; at list prices $4,500 of
 * $61,000 in 2026-11`.
 */
export function formatSavingBasis({ saving, billedSaving, totals, month, hasOverrides }: CostHeadline): string {
  const prices = `at list prices${hasOverrides ? ' and overrides' : ''}`
  const basis = billedSaving ? `at the prices of the bills; ${prices} ${formatAmounts(saving) || 'nothing'} ` : ''
  return `${basis}of ${totals.map(formatCostPercentiles).join('; ')} in ${month}`
}
