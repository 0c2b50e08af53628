import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { cameTrue } from '#lib/contract/events/came-true.ts'
import type { CostVariance, CostProjection, CostReview, MoneyBand } from '#lib/cost/api/index.ts'
import { PageLink } from '../../links/page-link.tsx'
import { formatBandwidth, formatBytes, formatShare } from '../../format/quantity.ts'
import type { Column } from '../../ui/table/features.ts'
import {
  askWords,
  confidenceWords,
  recommendedWords,
  reversibleWords,
  savingOf,
  totalBilled,
  totalMonth,
  totalSaving,
} from '../decisions/decision-words.ts'
import { bandWords, formatChange, formatMoney, planWords } from '../money-words.ts'
import { amountOf, moneyColumns } from '../money-columns.ts'
import { byUrgency } from './review-order.ts'

type FollowUp = NonNullable<CostReview['decisions'][number]['followUp']>

const currentOf = ({ options }: CostProjection) => options.find(({ current }) => current)

/** Columns of a review, a decision in each row: what is recommended, what it saves, how sure that is, whether it can be taken back. */
export function reviewColumns({
  variance,
  comparedWith,
  decisions,
}: Pick<CostReview, 'variance' | 'comparedWith' | 'decisions'>): Column<CostProjection>[] {
  const moves = new Map(variance.map((move) => [move.circuitId, move]))
  // newest first: the last decision of a circuit speaks
  const followed = new Map(
    decisions.toReversed().flatMap(({ circuitId, followUp }) => (followUp ? [[circuitId, followUp] as const] : [])),
  )
  const since = comparedWith ? `Since ${comparedWith}` : 'Since last week'
  return [
    {
      id: 'circuit',
      header: 'Circuit',
      className: 'align-top! min-w-32 print:min-w-0',
      value: ({ name, zone }) => [name, zone].filter(Boolean).join(', '),
      cell: ({ circuitId, name, zone }) => (
        <>
          <PageLink
            href={`/circuits/${encodeURIComponent(circuitId)}`}
            className="font-medium hover:underline sm:whitespace-nowrap print:whitespace-normal"
          >
            {name}
          </PageLink>
          <Small>{zone ?? 'zone unknown'}</Small>
        </>
      ),
    },
    {
      id: 'plan',
      header: 'Plan',
      className: 'align-top! whitespace-nowrap max-sm:whitespace-normal',
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
      id: 'todo',
      header: 'Recommended',
      className: 'align-top! min-w-36',
      value: recommendedWords,
      compare: byUrgency,
      exported: [
        { header: 'Recommended', value: recommendedWords },
        { header: 'Worth asking', value: askWords },
        { header: 'Reason', value: ({ recommendation }) => recommendation.reason },
      ],
      cell: (projection) => (
        <>
          <span className="font-medium">{recommendedWords(projection)}</span>
          <Small>{askWords(projection)}</Small>
        </>
      ),
    },
    {
      id: 'saving',
      header: 'Saves a month',
      align: 'right',
      className: MONEY,
      value: (projection) => amountOf(savingOf(projection)?.p50),
      exported: (['p10', 'p50', 'p90'] as const).flatMap((name) =>
        moneyColumns<CostProjection>(`Saves a month, ${name}`, (projection) => savingOf(projection)?.[name]),
      ),
      cell: (projection) => <BandCell band={savingOf(projection)} />,
    },
    {
      id: 'confidence',
      header: 'Confidence',
      className: 'align-top!',
      value: ({ pastError: { bandHeld } }) => (bandHeld === null ? null : cameTrue(bandHeld)),
      exported: [
        { header: 'Past bands that held (share)', value: ({ pastError }) => pastError.bandHeld },
        { header: 'Mean error of past forecasts (share)', value: ({ pastError }) => pastError.mape },
      ],
      cell: (projection) => <Confidence projection={projection} />,
    },
    {
      id: 'reversible',
      header: 'Reversible',
      className: 'align-top!',
      value: (projection) => reversibleWords(projection)?.word ?? null,
      cell: (projection) => <Reversible projection={projection} />,
    },
    {
      id: 'billed',
      header: 'Billed so far',
      align: 'right',
      className: MONEY,
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
      align: 'right',
      className: MONEY,
      value: (projection) => amountOf(currentOf(projection)?.p50),
      exported: (['p10', 'p50', 'p90'] as const).flatMap((name) =>
        moneyColumns<CostProjection>(`This month, ${name}`, (projection) => currentOf(projection)?.[name]),
      ),
      cell: (projection) => <BandCell band={currentOf(projection) ?? null} />,
    },
    {
      id: 'moved',
      header: since,
      align: 'right',
      className: 'align-top! tabular-nums min-w-28 print:min-w-0',
      value: ({ circuitId }) => amountOf(moves.get(circuitId)?.difference),
      exported: moneyColumns(since, ({ circuitId }) => moves.get(circuitId)?.difference),
      cell: ({ circuitId }) => <VarianceCell move={moves.get(circuitId)} />,
    },
    ...(followed.size > 0 ? [followUpColumn(followed)] : []),
  ]
}

/** What was expected before a decision of last month, to hold this month against. */
function followUpColumn(followed: ReadonlyMap<string, FollowUp>): Column<CostProjection> {
  return {
    id: 'expected',
    header: 'Expected before the decision',
    align: 'right',
    className: MONEY,
    value: ({ circuitId }) => amountOf(followed.get(circuitId)?.expected.p50),
    exported: moneyColumns('Expected before the decision', ({ circuitId }) => followed.get(circuitId)?.expected.p50),
    cell: ({ circuitId }) => {
      const one = followed.get(circuitId)
      return (
        <>
          <BandCell band={one?.expected ?? null} />
          {one && <Small>{one.verdict === 'within' ? 'this month within it' : `this month ${one.verdict} it`}</Small>}
        </>
      )
    },
  }
}

const MONEY = 'align-top! tabular-nums whitespace-nowrap'

/** The last line, for the circuits that are shown; each currency by itself. */
export function reviewTotal(column: string, shown: readonly CostProjection[]): ReactNode {
  switch (column) {
    case 'circuit':
      return 'Total'
    case 'saving':
      return totalSaving(shown).map((band) => <BandCell key={band.p50.currency} band={band} />)
    case 'billed':
      return totalBilled(shown).map((money) => (
        <span key={money.currency} className="block">
          {formatMoney(money)}
        </span>
      ))
    case 'month':
      return totalMonth(shown).map((band) => <BandCell key={band.p50.currency} band={band} />)
    default:
      return null
  }
}

const Small = ({ children, className }: { children: ReactNode; className?: string }) => (
  <span className={clsx('block text-xs break-words text-ink-2', className)}>{children}</span>
)

/** The likely amount, and below it the band where it has a width. */
function BandCell({ band }: { band: Pick<MoneyBand, 'p10' | 'p50' | 'p90'> | null }) {
  if (!band) return <span className="text-ink-3">–</span>
  const likely = formatMoney(band.p50)
  const range = bandWords(band).slice(likely.length).trim()
  return (
    <span className="block">
      {likely}
      {range && <Small>{range}</Small>}
    </span>
  )
}

function Confidence({ projection }: { projection: CostProjection }) {
  const { word, detail } = confidenceWords(projection)
  return (
    <span
      className="block min-w-40"
      title="How often months came true after a past in which so many bands held, over generated years of which the other half was left out (docs/cost.md), and how far off past forecasts were on average"
    >
      {word}
      {detail && <Small>{detail}</Small>}
    </span>
  )
}

function Reversible({ projection }: { projection: CostProjection }) {
  const words = reversibleWords(projection)
  if (!words) return <span className="text-ink-3">–</span>
  return (
    <span className="block min-w-24">
      {words.word}
      {words.how && <Small>{words.how}</Small>}
    </span>
  )
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
        // on paper the sum is enough
        <Small key={`${cause} ${words}`} className="print:hidden">
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
