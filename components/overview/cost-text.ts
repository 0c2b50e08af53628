import type { CostHeadline } from '#lib/cost/api/index.ts'
import { formatMoney } from '../cost/money-text.ts'

/** `$4,500 a month`: what recommended changes would likely save. */
export const advisedSaving = ({ saving, switches }: CostHeadline): string =>
  switches === 0 || saving.length === 0 ? 'nothing to save' : `${saving.map(formatMoney).join(' and ')} a month`
