import type { CostAsk, CostProjection } from '#lib/cost/api/index.ts'
import { PageLink } from '../../links/page-link.tsx'
import { whatIfHref } from '../../links/what-if-href.ts'
import { ChangePlan } from '../change-plan.tsx'
import { optionWords, reasonWords, decisionTakenWords } from '../decisions/decision-words.ts'
import { bandWords, formatMoney, pastErrorBrief } from '../money-words.ts'

/** Why something is recommended, what else is worth asking, the reversal and the change plan: below its row. */
export function ReviewReason({ projection }: { projection: CostProjection }) {
  const { unpricedBecause, forecastBasis, forecast, pastError, plan, recommendation } = projection
  const { payback, reversal, to, asks } = recommendation
  const facts = [
    reasonWords(projection),
    otherPlanWords(projection),
    plan === 'metered' && pastErrorBrief(pastError) && `Forecast: ${pastErrorBrief(pastError)}.`,
    unpricedBecause ?? (forecast === null ? forecastBasis : null),
  ]
  return (
    <div className="max-w-3xl space-y-2 text-sm text-ink-2 print:text-xs">
      <p>{[...new Set(facts.filter(Boolean))].join(' ')}</p>
      {to && (
        <div className="space-y-1 text-xs print:hidden">
          {payback && <p>{payback.words}</p>}
          {reversal && <p>{reversal.words}</p>}
        </div>
      )}
      {to && <ChangePlan title={`How to change to ${optionWords(to)}`} plan={recommendation.plan} />}
      {asks.length > 0 && <Asks asks={asks} />}
      <TakesOver projection={projection} />
    </div>
  )
}

function Asks({ asks }: { asks: readonly CostAsk[] }) {
  return (
    <div className="print:hidden">
      <h4 className="text-xs font-medium text-ink">Worth asking</h4>
      <ul className="mt-1 space-y-1.5 text-xs">
        {asks.map(({ to, words, reversal, plan }) => (
          <li key={optionWords(to)} className="space-y-1">
            <p>{words}</p>
            <p className="text-ink-3">{reversal.words}</p>
            <ChangePlan title={`How to change to ${optionWords(to)}`} plan={plan} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** As many losses are named; the what-if has all of them. */
const NAMED = 3

/** What moves to the circuit when something else is lost, each with its what-if. */
function TakesOver({ projection: { takesOver, circuitId, bandwidthMbps } }: { projection: CostProjection }) {
  if (!takesOver || takesOver.losses.length === 0) return null
  return (
    <div className="print:hidden">
      <h4 className="text-xs font-medium text-ink">Takes over</h4>
      <ul className="mt-1 space-y-0.5 text-xs">
        {takesOver.losses.slice(0, NAMED).map((loss) => (
          <li key={loss.term ?? 'hidden'}>
            {decisionTakenWords(loss, bandwidthMbps)}{' '}
            {loss.term && (
              <PageLink
                href={whatIfHref({
                  lose: loss.term.split(','),
                  change: bandwidthMbps === null ? [] : [`bandwidth:${circuitId}:${bandwidthMbps}`],
                  at: null,
                })}
                className="link"
              >
                What if
              </PageLink>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The month's cost on the other plan; null for Local, which has none. */
function otherPlanWords({ plan, metered, unlimited }: CostProjection): string | null {
  if (plan === 'metered') return unlimited && `On unlimited: ${formatMoney(unlimited)}.`
  return plan === 'unlimited' ? metered && `On metered: ${bandWords(metered)}.` : null
}
