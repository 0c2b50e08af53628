import type { CostHeadline } from '#lib/cost/api/index.ts'
import { formatMoney } from '../cost/money-text.ts'

/** Formats the likely monthly saving if all recommended plan changes are made: `$4,500 a month`. */
export const formatAdvisedSaving = ({ saving, switches }: CostHeadline): string =>
  switches === 0 || saving.length === 0 ? 'nothing to save' : `${saving.map(formatMoney).join(' and ')} a month`
