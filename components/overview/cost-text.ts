import type { CostHeadline } from '#lib/cost/api/index.ts'
import { formatCostPercentiles, formatMoney } from '../cost/money-text.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

const formatAmounts = (amounts: CostHeadline['saving']): string => amounts.map(formatMoney).join(' and ')

/**
 * Formats the likely monthly saving if all recommended plan changes are made: `$4,500 a month`. If the bills prove
 * other prices than the list, it is the saving at the prices of the bills. It is a minimum if circuits are missing,
 * because they were not computed yet or have no price.
 */
export function formatAdvisedSaving({ saving, billedSaving, missing }: CostHeadline): string {
  const lead = billedSaving ?? saving
  if (lead.length === 0) return missing > 0 ? 'not known yet' : 'nothing to save'
  return `${missing > 0 ? '≥ ' : ''}${formatAmounts(lead)} a month`
}

/**
 * Formats the prices of the saving and the whole cost of the month: `at the prices of the bills; at list prices $4,500 of
 * $61,000 in 2026-11`, and the number of missing circuits.
 */
export function formatSavingBasis({
  saving,
  billedSaving,
  totals,
  month,
  hasOverrides,
  missing,
}: CostHeadline): string {
  const prices = `at list prices${hasOverrides ? ' and overrides' : ''}`
  const basis = billedSaving ? `at the prices of the bills; ${prices} ${formatAmounts(saving) || 'nothing'} ` : ''
  const without = missing > 0 ? `, without ${formatCountWithPlural(missing, 'circuit')}` : ''
  return `${basis}of ${totals.map(formatCostPercentiles).join('; ')} in ${month}${without}`
}
