import type { CostProjection } from '#lib/contract/index.ts'
import { reasonWords } from './decision-words.ts'
import { bandWords, formatMoney, pastErrorBrief } from './money-words.ts'

/** Why something is recommended, in sentences: below its row. */
export function ReviewReason({ projection }: { projection: CostProjection }) {
  const { unpricedBecause, forecastBasis, forecast, pastError, plan } = projection
  const facts = [
    reasonWords(projection),
    otherPlanWords(projection),
    plan === 'metered' && pastErrorBrief(pastError) && `Forecast: ${pastErrorBrief(pastError)}.`,
    unpricedBecause ?? (forecast === null ? forecastBasis : null),
  ]
  return <p className="text-sm text-ink-2 print:text-xs">{[...new Set(facts.filter(Boolean))].join(' ')}</p>
}

/** The month's cost on the other plan; null for Local, which has none. */
function otherPlanWords({ plan, metered, unlimited }: CostProjection): string | null {
  if (plan === 'metered') return unlimited && `On unlimited: ${formatMoney(unlimited)}.`
  return plan === 'unlimited' ? metered && `On metered: ${bandWords(metered)}.` : null
}
