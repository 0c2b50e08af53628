import type { CostHeadline } from '#lib/cost/api/index.ts'
import { formatMoney } from '../cost/money-words.ts'

/** `$4,500 a month`: what recommended changes would likely save. */
export const advisedSaving = ({ saving, switches }: CostHeadline): string =>
  switches === 0 || saving.length === 0 ? 'nothing to save' : `${saving.map(formatMoney).join(' and ')} a month`

/** The saving as a share of the month's likely cost, 0 to 1; null where they are of several currencies, or not known. */
export function costBar({ saving, totals }: CostHeadline): number | null {
  const [[own, ...others], [all, ...further]] = [saving, totals]
  if (!own || !all || others.length + further.length > 0 || own.currency !== all.p50.currency) return null
  const cost = Number(all.p50.amount)
  return cost > 0 ? Math.min(1, Math.max(0, Number(own.amount) / cost)) : null
}
