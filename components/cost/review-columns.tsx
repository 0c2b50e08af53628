import type { ReactNode } from 'react'
import type { CostVariance, CostProjection, CostReview } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { formatBandwidth, formatBytes, formatShare } from '../format/quantity.ts'
import type { Column } from '../ui/table/features.ts'
import {
  actionWords,
  bandWords,
  formatChange,
  formatMoney,
  pastErrorBrief,
  pastErrorWords,
  planWords,
} from './money-words.ts'
import { amountOf, moneyColumns } from './money-columns.ts'
import { byUrgency } from './review-order.ts'

const currentOf = ({ options }: CostProjection) => options.find(({ current }) => current)

/** Columns of a review: plan, billed so far, forecast, action, and the variance since the last published week. */
export function reviewColumns({
  variance,
  comparedWith,
}: Pick<CostReview, 'variance' | 'comparedWith'>): Column<CostProjection>[] {
  const moves = new Map(variance.map((move) => [move.circuitId, move]))
  const since = comparedWith ? `Since ${comparedWith}` : 'Since last week'
  return [
    {
      id: 'circuit',
      header: 'Circuit',
      className: 'align-top! min-w-32 print:min-w-0',
      value: ({ name, zone }) => [name, zone].filter(Boolean).join(', '),
      cell: ({ circuitId, name, zone }) => (
        <>
          <PageLink href={`/circuits/${encodeURIComponent(circuitId)}`} className="font-medium hover:underline">
            {name}
          </PageLink>
          <Small>{zone ?? 'zone unknown'}</Small>
        </>
      ),
    },
    {
      id: 'plan',
      header: 'Plan',
      className: 'align-top!',
      value: (projection) => `${planWords(projection)} ${projection.bandwidthMbps ?? ''}`,
      cell: (projection) => (
        <>
          {planWords(projection)}
          <Small>
            {projection.bandwidthMbps === null ? 'bandwidth unknown' : formatBandwidth(projection.bandwidthMbps)}
          </Small>
        </>
      ),
    },
    {
      id: 'billed',
      header: 'Billed so far',
      className: 'align-top!',
      value: ({ costToDate }) => amountOf(costToDate),
      exported: moneyColumns('Billed so far', ({ costToDate }) => costToDate),
      cell: (projection) => (
        <>
          {projection.costToDate ? formatMoney(projection.costToDate) : '–'}
          <Small>{measuredWords(projection)}</Small>
        </>
      ),
    },
    {
      id: 'month',
      header: 'This month',
      className: 'align-top! min-w-56 print:min-w-0',
      value: (projection) => amountOf(currentOf(projection)?.p50),
      exported: (['p10', 'p50', 'p90'] as const).flatMap((name) =>
        moneyColumns<CostProjection>(`This month, ${name}`, (projection) => currentOf(projection)?.[name]),
      ),
      cell: (projection) => <Month projection={projection} />,
    },
    {
      id: 'todo',
      header: 'Action',
      className: 'align-top! max-w-[26rem] min-w-52 print:w-[36%] print:min-w-0',
      value: ({ recommendation }) => `${actionWords[recommendation.action]}: ${recommendation.reason}`,
      compare: byUrgency,
      cell: ({ recommendation, oneWay }) => (
        <>
          <span className="font-semibold">{actionWords[recommendation.action]}</span>
          <Small>
            {recommendation.reason}
            {oneWay && !/irreversible/i.test(recommendation.reason) && ' Irreversible: going back needs a new circuit.'}
          </Small>
        </>
      ),
    },
    {
      id: 'moved',
      header: since,
      className: 'align-top!',
      value: ({ circuitId }) => amountOf(moves.get(circuitId)?.difference),
      exported: moneyColumns(since, ({ circuitId }) => moves.get(circuitId)?.difference),
      cell: ({ circuitId }) => <VarianceCell move={moves.get(circuitId)} />,
    },
  ]
}

const Small = ({ children }: { children: ReactNode }) => (
  <span className="block text-xs break-words text-ink-2">{children}</span>
)

function Month({ projection }: { projection: CostProjection }) {
  const { plan, pastError, unpricedBecause, forecastBasis } = projection
  const current = currentOf(projection)
  if (!current) return <Small>{unpricedBecause ?? forecastBasis}</Small>
  return (
    <>
      {bandWords(current)}
      <Small>{otherPlanWords(projection)}</Small>
      {plan === 'metered' && (
        <>
          <span className="print:hidden">
            <Small>{pastErrorWords(pastError)}</Small>
          </span>
          <span className="hidden print:inline">
            <Small>{pastErrorBrief(pastError)}</Small>
          </span>
        </>
      )}
    </>
  )
}

/** The month's cost on the other plan; null for Local, which has none. */
function otherPlanWords({ plan, metered, unlimited }: CostProjection): string | null {
  if (plan === 'metered') return unlimited && `on unlimited ${formatMoney(unlimited)}`
  return plan === 'unlimited' ? metered && `on metered ${bandWords(metered)}` : null
}

/** Measured bytes with their coverage: no measurement is not zero. */
function measuredWords({ billedBytesToDate, coveredShare }: CostProjection): string {
  if (coveredShare === 0) return 'nothing measured'
  const bytes = `${formatBytes(billedBytesToDate)} from Azure`
  return coveredShare < 0.995 ? `${bytes}, ${formatShare(coveredShare)} measured` : bytes
}

function VarianceCell({ move }: { move: CostVariance | undefined }) {
  if (!move) return <Small>nothing to compare</Small>
  const parts = move.parts.filter(({ amount }) => Number(amount.amount) !== 0)
  return (
    <>
      {Number(move.difference.amount) === 0 ? 'unchanged' : formatChange(move.difference)}
      {parts.map(({ cause, amount, words, incidentId }) => (
        <Small key={`${cause} ${words}`}>
          {formatChange(amount)}{' '}
          {incidentId ? (
            <PageLink href={`/incidents/${encodeURIComponent(incidentId)}`} className="link">
              {words}
            </PageLink>
          ) : (
            words
          )}
        </Small>
      ))}
    </>
  )
}
