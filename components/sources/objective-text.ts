import type { SloStatus } from '#lib/reports/api/index.ts'
import type { StatusText } from '../ui/status.tsx'

const UNKNOWN = 'unknown'
const HOUR = 3_600

/**
 * Formats a share in percent, with enough digits to differ from 100 %. It is rounded down, so that a missed objective
 * never looks like a met objective.
 */
export function formatSloShare(share: number | null): string {
  if (share === null) return UNKNOWN
  if (share === 1) return '100 %'
  const perPercent = share > 0.99 ? 1e3 : 10
  return `${Math.floor((share + Number.EPSILON) * 100 * perPercent) / perPercent} %`
}

const factor = (value: number) => value.toFixed(value < 10 ? 1 : 0)

/**
 * Formats the remaining error budget of an objective in whole percent. If the budget is exceeded, formats how many
 * times larger the errors are than the budget.
 */
export function formatSloErrorBudget(left: number | null): string {
  if (left === null) return UNKNOWN
  if (left < 0) return `${factor(1 - left)} times what is allowed`
  return `${Math.floor(left * 100)} % left`
}

/**
 * Formats the burn rates (speed at which the error budget is used) over one hour and over six hours; `unknown` if
 * neither is known.
 */
export function formatSloBurnRates({ burn }: Pick<SloStatus, 'burn'>): string {
  const rates = [HOUR, 6 * HOUR].map(
    (seconds) => burn.find(({ windowSeconds }) => windowSeconds === seconds)?.rate ?? null,
  )
  if (rates.every((rate) => rate === null)) return UNKNOWN
  return rates.map((rate) => (rate === null ? UNKNOWN : `${factor(rate)} ×`)).join(', ')
}

/** Returns the state of an objective as a status word, which shows whether an operator must act. */
export function getSloStatus({ alert, budgetLeft }: Pick<SloStatus, 'alert' | 'budgetLeft'>): StatusText {
  if (alert === 'page') return { tone: 'down', word: 'FAILING' }
  if (alert === 'ticket') return { tone: 'degraded', word: 'AT RISK' }
  if (budgetLeft === null) return { tone: 'unknown', word: 'UNKNOWN', detail: 'too few counts' }
  return budgetLeft >= 0 ? { tone: 'up', word: 'KEPT' } : { tone: 'degraded', word: 'MISSED' }
}
