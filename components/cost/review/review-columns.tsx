import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { CostVariance, CostProjection, CostReviewWithSummary, MoneyPercentiles } from '#lib/cost/api/index.ts'
import { sumPercentilesByCurrency, getMoneySign } from '#lib/cost/api/money-sums.ts'
import { formatComparedForecast } from '#lib/cost/api/review-basis.ts'
import { PageLink } from '../../links/page-link.tsx'
import { formatBandwidth, formatFractionAsPercent } from '../../format/quantity.ts'
import type { PanelFact } from '../../ui/panel.tsx'
import { missingValueDash } from '../../ui/table/missing-value-dash.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import {
  formatOpenQuestion,
  formatRecommendationConfidence,
  formatRecommendedAction,
  formatChangeEffort,
  formatVerdictNote,
} from '../decisions/decision-text.ts'
import { formatCostPercentiles, formatMoneyChange, formatMoney, formatPlan } from '../money-text.ts'
import { toSortableAmount, createMoneyColumns } from '../money-columns.ts'
import { formatCaveatCount, formatPeakSituation } from './caveats.ts'
import type { CostReviewRow } from './review-rows.ts'

type FollowUp = NonNullable<CostReviewWithSummary['decisions'][number]['followUp']>

const currentOf = ({ options }: CostProjection) => options.find(({ current }) => current)

/**
 * Returns the facts that the dialog for a decision shows about a circuit. They are the same as in the circuit's table
 * row.
 */
export function listDecisionDetails(projection: CostReviewRow): PanelFact[] {
  return [
    ['Saves a month', <BandCell key="saving" band={projection.reviewed.saving} isStrong />],
    ...listPhoneDetails(projection),
    ['Worth asking', formatOpenQuestion(projection)?.replace('Ask: ', '') ?? null],
    ['Caveats', projection.caveats.join(' ') || null],
  ].filter(([, value]) => value !== null) as PanelFact[]
}

/** Returns the facts of a row for which a phone has no space in the row. */
export function listPhoneDetails(projection: CostReviewRow): PanelFact[] {
  const { word, brief } = formatRecommendationConfidence(projection)
  const { change, peak } = projection.reviewed
  return [
    ['Effort', <WordAndDetail key="effort" words={formatChangeEffort(projection, change)} />],
    ['Peak after, one path', <CapacityCell key="peak" peak={peak} takesOver={projection.takesOver} />],
    ['Confidence in cost', [word, brief].filter(Boolean).join(', ')],
  ]
}

/**
 * Returns the columns of the review table, which has one row for each circuit: recommendation, saving, effort,
 * remaining capacity, confidence, and this month's cost.
 * @param onExplain shows the caveats of the recommendation of a circuit; absent = the number of caveats is not a button
 */
export function createCostReviewColumns(
  { variance, comparedWith, decisions }: Pick<CostReviewWithSummary, 'variance' | 'comparedWith' | 'decisions'>,
  onExplain?: (circuitId: string) => void,
): DataTableColumn<CostReviewRow>[] {
  const moves = new Map(variance.map((move) => [move.circuitId, move]))
  // The list `decisions` begins with the newest decision. It is reversed, because a later entry of the map replaces an
  // earlier entry of the same circuit, and the newest decision must remain.
  const followed = new Map(
    decisions.toReversed().flatMap(({ circuitId, followUp }) => (followUp ? [[circuitId, followUp] as const] : [])),
  )
  const change = comparedWith ? `Change from ${formatComparedForecast(comparedWith)}` : 'Change'
  return [
    {
      id: 'circuit',
      header: 'Circuit',
      phone: 'name',
      className: 'whitespace-nowrap max-sm:whitespace-normal',
      value: ({ name, zone }) => [name, zone].filter(Boolean).join(', '),
      cell: (projection) => (
        <>
          <PageLink
            href={`/circuits/${encodeURIComponent(projection.circuitId)}`}
            className="font-medium hover:underline sm:whitespace-nowrap"
          >
            {projection.name}
          </PageLink>
          <Small>{formatCurrent(projection)}</Small>
        </>
      ),
    },
    {
      id: 'todo',
      header: 'Recommended',
      className: 'min-w-44',
      phone: 'below',
      value: formatRecommendedAction,
      compare: (a, b) => a.place - b.place,
      exported: [
        { header: 'Plan', value: formatCurrent },
        { header: 'Recommended', value: formatRecommendedAction },
        { header: 'Worth asking', value: formatOpenQuestion },
        { header: 'Reason', value: ({ recommendation }) => recommendation.reason },
        { header: 'Caveats', value: ({ caveats }) => caveats.join(' ') || null },
      ],
      cell: (projection) => (
        <>
          <span className={projection.recommendation.action === 'stay' ? 'text-ink-2' : 'font-semibold'}>
            {formatRecommendedAction(projection)}
          </span>
          <CaveatCount row={projection} onExplain={onExplain} />
          {onExplain && <Small>{formatVerdictNote(projection)}</Small>}
        </>
      ),
    },
    {
      id: 'saving',
      header: 'Saves a month',
      align: 'right',
      phone: 'state',
      labelled: true,
      className: MONEY,
      value: ({ reviewed }) => toSortableAmount(reviewed.saving?.p50),
      exported: (['p10', 'p50', 'p90'] as const).flatMap((name) =>
        createMoneyColumns<CostReviewRow>(`Saves a month, ${name}`, ({ reviewed }) => reviewed.saving?.[name]),
      ),
      cell: ({ reviewed }) => <BandCell band={reviewed.saving} isStrong />,
    },
    {
      id: 'effort',
      header: 'Effort',
      className: 'min-w-32',
      value: (row) => formatChangeEffort(row, row.reviewed.change)?.word ?? null,
      cell: (row) => <WordAndDetail words={formatChangeEffort(row, row.reviewed.change)} />,
    },
    {
      id: 'capacity',
      header: 'Peak after, one path',
      className: 'whitespace-nowrap',
      value: ({ reviewed }) => reviewed.peak?.share ?? null,
      exported: [
        {
          header: 'Peak on one path after the change (Mb/s)',
          value: ({ reviewed }) => reviewed.peak?.mbps ?? null,
        },
        {
          header: 'Peak on one path after the change (share)',
          value: ({ reviewed }) => reviewed.peak?.share ?? null,
        },
      ],
      cell: ({ reviewed, takesOver }) => <CapacityCell peak={reviewed.peak} takesOver={takesOver} />,
    },
    {
      id: 'confidence',
      header: 'Confidence in cost',
      className: 'min-w-36',
      value: ({ recommendation }) => recommendation.confidence?.chance ?? null,
      exported: [
        { header: 'Confidence', value: ({ recommendation }) => recommendation.confidence?.word ?? null },
        { header: 'Confidence (chance)', value: ({ recommendation }) => recommendation.confidence?.chance ?? null },
        { header: 'Past bands that held (share)', value: ({ pastError }) => pastError.bandHeld },
        { header: 'Mean error of past forecasts (share)', value: ({ pastError }) => pastError.mape },
      ],
      cell: (projection) => {
        const { word, detail, brief } = formatRecommendationConfidence(projection)
        return (
          <span title={detail ?? undefined}>
            {word}
            <Small>{brief}</Small>
          </span>
        )
      },
    },
    {
      id: 'month',
      header: 'This month',
      align: 'right',
      phone: 'fact',
      labelled: true,
      className: MONEY,
      value: (projection) => toSortableAmount(currentOf(projection)?.p50),
      exported: [
        ...createMoneyColumns<CostReviewRow>('Estimated so far', ({ costToDate }) => costToDate),
        ...(['p10', 'p50', 'p90'] as const).flatMap((name) =>
          createMoneyColumns<CostReviewRow>(`This month, ${name}`, (projection) => currentOf(projection)?.[name]),
        ),
      ],
      cell: (projection) => <BandCell band={currentOf(projection) ?? null} />,
    },
    {
      id: 'moved',
      header: change,
      priority: 3,
      align: 'right',
      className: 'tabular-nums',
      value: ({ circuitId }) => toSortableAmount(moves.get(circuitId)?.difference),
      exported: createMoneyColumns(change, ({ circuitId }) => moves.get(circuitId)?.difference),
      cell: ({ circuitId }) => <ChangeCell move={moves.get(circuitId)} />,
    },
    ...(followed.size > 0 ? [followUpColumn(followed)] : []),
  ]
}

/**
 * Returns the column with the cost that was expected when an earlier decision was made, so that the user can compare it
 * with this month's cost.
 */
function followUpColumn(followed: ReadonlyMap<string, FollowUp>): DataTableColumn<CostReviewRow> {
  return {
    id: 'expected',
    header: 'Expected before the decision',
    align: 'right',
    className: MONEY,
    value: ({ circuitId }) => toSortableAmount(followed.get(circuitId)?.expected.p50),
    exported: createMoneyColumns(
      'Expected before the decision',
      ({ circuitId }) => followed.get(circuitId)?.expected.p50,
    ),
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

/** Shows after a recommendation how many caveats it has; a button shows them below the row. */
function CaveatCount({
  row: { circuitId, name, caveats },
  onExplain,
}: {
  row: CostReviewRow
  onExplain: ((circuitId: string) => void) | undefined
}) {
  if (caveats.length === 0) return null
  const words = formatCaveatCount(caveats.length)
  return (
    <>
      {', '}
      {onExplain ? (
        <button
          type="button"
          aria-label={`${words}, ${name}`}
          className="link min-h-6 text-left text-xs text-ink-2 hover:text-ink"
          onClick={() => onExplain(circuitId)}
        >
          {words}
        </button>
      ) : (
        words
      )}
    </>
  )
}

const MONEY = 'tabular-nums whitespace-nowrap'

/** Returns a cell of the total row, which adds up the circuits that are shown. Each currency has a separate total. */
export function renderCostReviewTotalCell(column: string, shown: readonly CostReviewRow[]): ReactNode {
  switch (column) {
    case 'circuit':
      return 'Total'
    case 'saving':
      return sumPercentilesByCurrency(shown.flatMap(({ reviewed }) => reviewed.saving ?? [])).map((band) => (
        <BandCell key={band.p50.currency} band={band} />
      ))
    case 'month':
      return sumPercentilesByCurrency(shown.flatMap((row) => currentOf(row) ?? [])).map((band) => (
        <BandCell key={band.p50.currency} band={band} />
      ))
    default:
      return null
  }
}

const Small = ({ children, className }: { children: ReactNode; className?: string }) => (
  <span className={clsx('block text-xs break-words text-ink-2', className)}>{children}</span>
)

/** Shows the likely amount (p50). If p10 and p90 differ, it also shows this range below, on a phone after it. */
function BandCell({
  band,
  isStrong = false,
}: {
  band: Pick<MoneyPercentiles, 'p10' | 'p50' | 'p90'> | null
  isStrong?: boolean
}) {
  if (!band) return missingValueDash
  const likely = formatMoney(band.p50)
  const range = formatCostPercentiles(band).slice(likely.length).trim()
  return (
    <span className="sm:block">
      <span className={isStrong ? 'font-semibold' : undefined}>{likely}</span>{' '}
      {range && <Small className="max-sm:inline">{range}</Small>}
    </span>
  )
}

function WordAndDetail({ words }: { words: { word: string; detail: string } | null }) {
  if (!words) return <span className="text-ink-3">–</span>
  return (
    <>
      {words.word}
      <Small>{words.detail}</Small>
    </>
  )
}

/**
 * Shows the peak load of one path as a bar relative to the path's bandwidth, and as a percentage. A peak that may be
 * higher is marked as without failovers if the traffic after failures elsewhere was not computed for this review, and as
 * not complete if a part of this traffic is unknown.
 */
function CapacityCell({ peak, takesOver }: Pick<CostReviewRow['reviewed'], 'peak'> & Pick<CostReviewRow, 'takesOver'>) {
  if (!peak) return <span className="text-ink-3">not known</span>
  const { mbps, share, loss, isAtLeast, isNearlyFull: isFull } = peak
  return (
    <span className="block" title={`${formatBandwidth(Math.ceil(mbps))} ${formatPeakSituation(loss)}`}>
      <span className="block h-1.5 w-24 overflow-hidden rounded-full bg-sunken in-data-sheet:hidden">
        <span
          className={clsx('block h-full rounded-full', isFull ? 'bg-down-mark' : 'bg-ink-3')}
          style={{ width: `${Math.min(100, share * 100)}%` }}
        />
      </span>
      <Small className={isFull ? 'font-semibold text-down' : undefined}>
        {isAtLeast && '≥ '}
        {formatFractionAsPercent(share)}
        {isAtLeast && (takesOver ? ', not complete' : ', without failovers')}
        {isFull && <span className="sr-only">, nearly full</span>}
      </Small>
    </span>
  )
}

/** Formats the current plan and bandwidth: `Standard metered, 1 Gb/s`. */
const formatCurrent = (projection: CostProjection): string =>
  `${formatPlan(projection)}, ${projection.bandwidthMbps === null ? 'bandwidth unknown' : formatBandwidth(projection.bandwidthMbps)}`

/** Shows the change of the forecast with the amount that it was before, so that the reader can check the difference. */
function ChangeCell({ move }: { move: CostVariance | undefined }) {
  if (!move) return '–'
  if (getMoneySign(move.difference) === 0) return 'unchanged'
  return (
    <span className="block whitespace-nowrap">
      {formatMoneyChange(move.difference)}
      <Small>from {formatMoney(move.from)}</Small>
    </span>
  )
}
