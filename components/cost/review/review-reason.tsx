import type { CostOpenQuestion, CostProjection, CostVariance } from '#lib/cost/api/index.ts'
import { getMoneySign } from '#lib/cost/api/money-sums.ts'
import { formatBytes, formatFractionAsPercent } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { buildWhatIfHref } from '../../links/what-if-href.ts'
import { CostPlanChangeSteps } from '../change-plan.tsx'
import {
  findDeclinedReason,
  formatRecommendationConfidence,
  formatDecisionTaken,
  formatForecastRecord,
  formatCostOffer,
  formatRecommendationReason,
} from '../decisions/decision-text.ts'
import { type PanelFact, PanelFactGrid } from '../../ui/panel.tsx'
import { formatCostPercentiles, formatMoneyChange, formatMoney } from '../money-text.ts'
import { isUsageIncomplete } from './caveats.ts'
import { listPhoneDetails } from './review-columns.tsx'
import type { CostReviewRow } from './review-rows.ts'

/**
 * Shows the details below a circuit's row in the review. They are the reason of the recommendation, its caveats, the
 * reason against a cheaper plan, the facts of the row that a phone does not show, cost changes since the last review,
 * the steps of the recommended change, offers with open questions, and traffic that the circuit would take over if
 * another resource failed.
 */
export function CostReviewReason({ projection, move }: { projection: CostReviewRow; move: CostVariance | undefined }) {
  const { circuitId, recommendation, caveats } = projection
  const { to, asks, reversal } = recommendation
  const declined = findDeclinedReason(projection)
  return (
    <div className="grid grid-cols-1 gap-x-8 gap-y-3 text-sm text-ink-2 lg:grid-cols-2">
      <div className="min-w-0 space-y-2">
        <p>{formatRecommendationReason(projection)}</p>
        {caveats.length > 0 && (
          <ul aria-label="Caveats" className="list-disc pl-4">
            {caveats.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        )}
        {declined !== null && asks.every(({ words }) => words !== declined) && <p>{declined}</p>}
        <PanelFactGrid facts={listPhoneDetails(projection)} className="sm:hidden print:hidden" />
        <PanelFactGrid facts={factsOf(projection)} className="print:hidden" />
        <Moved move={move} />
        {asks.length > 0 && <Asks asks={asks} />}
        <PageLink href={`/cost?tab=options&circuit=${encodeURIComponent(circuitId)}`} className="link print:hidden">
          All options of {projection.name}
        </PageLink>
      </div>
      <div className="min-w-0 space-y-3 print:hidden">
        {to && <CostPlanChangeSteps title={`Steps to ${formatCostOffer(to)}`} plan={recommendation.plan} isOpen />}
        {to && reversal && <p className="text-xs">{reversal.words}</p>}
        <TakesOver projection={projection} />
      </div>
    </div>
  )
}

function factsOf(projection: CostProjection): PanelFact[] {
  const {
    costToDate,
    assumedToDate,
    forecast,
    breakEvenBytes,
    unlimited,
    unpricedBecause,
    forecastBasis,
    recommendation,
  } = projection
  const { word, detail } = formatRecommendationConfidence(projection)
  const record = formatForecastRecord(projection)
  const basis = unpricedBecause ?? (forecast === null ? forecastBasis : null)
  return [
    ['Estimated so far', `${costToDate ? formatMoney(costToDate) : '–'} (${formatMeasured(projection)})`],
    ...(assumedToDate ? [['Of it assumed', `${formatMoney(assumedToDate)}: its terms were not polled then`]] : []),
    ['On the other plan', formatOtherPlan(projection) ?? 'none'],
    [
      'Break-even',
      breakEvenBytes === null
        ? 'none'
        : `${formatBytes(breakEvenBytes)}${unlimited ? ` (${formatMoney(unlimited)})` : ''} a month`,
    ],
    ...(recommendation.payback ? [['Payback', recommendation.payback.words, 'wide'] as const] : []),
    ...(detail ? [['Confidence in cost', `${word}: ${detail}`, 'wide'] as const] : []),
    ...(record ? [['Forecast', record, 'wide'] as const] : []),
    ...(basis ? [['No figure', basis, 'wide'] as const] : []),
  ] as PanelFact[]
}

/**
 * Lists the causes of the cost change since the last review with their amounts. The amounts add up to the change
 * exactly.
 */
function Moved({ move }: { move: CostVariance | undefined }) {
  const parts = move?.parts.filter(({ amount }) => getMoneySign(amount) !== 0) ?? []
  if (parts.length === 0) return null
  return (
    <ul aria-label="Since the last review" className="text-xs print:hidden">
      {parts.map(({ cause, amount, words, incidentId }) => (
        <li key={`${cause} ${words}`}>
          {formatMoneyChange(amount)}{' '}
          {incidentId ? (
            <PageLink href={`/incidents/${encodeURIComponent(incidentId)}`} className="link">
              {words}
            </PageLink>
          ) : (
            words
          )}
        </li>
      ))}
    </ul>
  )
}

/**
 * Formats the measured bytes of the month. If measurements are missing, adds the share of the time that was measured,
 * because missing measurements do not mean zero bytes.
 */
function formatMeasured({ billedBytesToDate, coveredShare }: CostProjection): string {
  if (coveredShare === 0) return 'nothing measured'
  const bytes = `${formatBytes(billedBytesToDate)} from Azure`
  return isUsageIncomplete({ coveredShare }) ? `${bytes}, ${formatFractionAsPercent(coveredShare)} measured` : bytes
}

function Asks({ asks }: { asks: readonly CostOpenQuestion[] }) {
  return (
    <div className="print:hidden">
      <h4 className="text-xs font-medium text-ink">Worth asking</h4>
      <ul className="mt-1 space-y-1 text-xs">
        {asks.map(({ to, saving, change, words, reversal, plan }) => (
          <li key={formatCostOffer(to)}>
            <details>
              <summary className="min-h-6 cursor-pointer">
                {formatCostOffer(to)}, saves <span className="font-medium text-ink">{formatMoney(saving.p50)}</span>,{' '}
                {change === 'new_circuit' ? 'new circuit' : 'in place'}
              </summary>
              <div className="mt-1 space-y-1 pl-4">
                <p>{words}</p>
                <p>{reversal.words}</p>
                <CostPlanChangeSteps title={`Steps to ${formatCostOffer(to)}`} plan={plan} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Maximum number of failing resources that are listed under "Takes over"; the what-if page lists all of them. */
const NAMED = 3

/**
 * Lists the traffic that moves to the circuit if another resource fails. Each entry has a link to the what-if page of
 * this failure.
 */
function TakesOver({ projection: { takesOver, circuitId, bandwidthMbps } }: { projection: CostProjection }) {
  if (!takesOver || takesOver.losses.length === 0) return null
  return (
    <div className="print:hidden">
      <h4 className="text-xs font-medium text-ink">Takes over</h4>
      <ul className="mt-1 space-y-0.5 text-xs">
        {takesOver.losses.slice(0, NAMED).map((loss) => (
          <li key={loss.term ?? 'hidden'}>
            {formatDecisionTaken(loss, bandwidthMbps)}{' '}
            {loss.term && (
              <PageLink
                href={buildWhatIfHref({
                  lose: loss.term.split(','),
                  change: bandwidthMbps === null ? [] : [`bandwidth:${circuitId}:${bandwidthMbps}`],
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

/** Formats the month's cost on the other plan (metered or unlimited); null for Local, which has no other plan. */
function formatOtherPlan({ plan, metered, unlimited }: CostProjection): string | null {
  if (plan === 'metered') return unlimited && `${formatMoney(unlimited)} (unlimited)`
  return plan === 'unlimited' ? metered && `${formatCostPercentiles(metered)} (metered)` : null
}
