import { clsx } from 'clsx'
import { useState } from 'react'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { formatBandwidth, formatBytes, formatFractionAsPercent } from '../format/quantity.ts'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { Button } from '../ui/button.tsx'
import { PanelFactGrid, Panel } from '../ui/panel.tsx'
import {
  formatCostPercentiles,
  costChangeMethodLabels,
  formatMoneyChange,
  formatForecastAccuracy,
  formatPlan,
} from './money-text.ts'
import { isSamePlanOffer } from './decisions/decision-text.ts'
import { formatCurveTitle } from './curve/cost-curve-panel.tsx'
import { CircuitDetail } from './review/circuit-detail.tsx'
import type { CostReviewRow } from './review/review-rows.ts'
import { plainTableCellClass, PlainTable, plainTableRowClass } from './plain-table.tsx'

type Option = CostProjection['options'][number]

/** Lists a circuit's plan options, each with its cost in this month and the change that it needs. */
export function CostOptionsPanel({ projection }: { projection: CostReviewRow }) {
  return (
    <Panel
      title={`Plan options for ${projection.name}`}
      note={
        <>
          what changes in place is Azure’s rule. <RuleSource rule="plan_changes" />
        </>
      }
      flush
    >
      <CircuitDetail row={projection} errorPanel={formatCurveTitle(projection.name)}>
        {(full) => <Options projection={full} />}
      </CircuitDetail>
    </Panel>
  )
}

function Options({ projection }: { projection: CostProjection }) {
  const { name, options, unpricedBecause, forecastBasis, recommendation } = projection
  const [isWhole, setWhole] = useState(false)
  const current = options.find((option) => option.current)
  const others = options.filter((option) => !option.current)
  const { shown, hidden } = shownOptions(others, projection)
  return (
    <>
      <div className="p-3.5 print:hidden">
        <PanelFactGrid facts={factsOf(projection)} />
      </div>
      {current ? (
        <PlainTable
          caption={`Plan options for ${name}`}
          head={['Option', 'This month', 'vs. current', 'How']}
          right={['This month', 'vs. current']}
          className="min-w-[32rem] print:min-w-0"
        >
          {[current, ...(isWhole ? others : shown)].map((option) => (
            <OptionRow
              key={`${option.plan} ${option.tier} ${option.bandwidthMbps}`}
              option={option}
              isOnPaper={isAtHand(option, projection)}
              isRecommended={recommendation.action === 'switch' && isSame(option, recommendation.to)}
            />
          ))}
        </PlainTable>
      ) : (
        <p className="px-3.5 pb-3.5 text-ink-2">No figure: {unpricedBecause ?? forecastBasis}</p>
      )}
      {current && hidden > 0 && (
        <p className="border-t p-2 print:hidden">
          <Button onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
            {isWhole ? 'Show fewer options' : `Show ${hidden} more options`}
          </Button>
        </p>
      )}
    </>
  )
}

const isSame = (a: Option, b: CostProjection['recommendation']['to']): boolean => b !== null && isSamePlanOffer(a, b)

/**
 * Reports whether a plan option is always shown: the current option, options with the circuit's bandwidth, and the
 * recommended option.
 */
const isAtHand = (option: Option, { bandwidthMbps, recommendation }: CostProjection): boolean =>
  option.current || option.bandwidthMbps === bandwidthMbps || isSame(option, recommendation.to)

/**
 * Number of the cheapest possible options that are shown in addition to the options that are always shown (`isAtHand`).
 * The user can expand the list to see all options.
 */
const CHEAPEST = 5

function shownOptions(others: readonly Option[], projection: CostProjection): { shown: Option[]; hidden: number } {
  const possible = others.filter(({ change }) => change !== 'impossible').slice(0, CHEAPEST)
  const shown = others.filter((option) => possible.includes(option) || isAtHand(option, projection))
  return { shown, hidden: others.length - shown.length }
}

function factsOf(projection: CostProjection): [string, string | null][] {
  const { breakEvenBytes, chanceAboveBreakEven, chanceOfWrongSide, monthsUntilCrossing, coveredShare } = projection
  return [
    ['Break-even', breakEvenBytes === null ? 'none' : `${formatBytes(breakEvenBytes)} a month`],
    ['Chance of ending above it', chanceAboveBreakEven === null ? null : formatFractionAsPercent(chanceAboveBreakEven)],
    [
      'Chance the current plan costs more',
      chanceOfWrongSide === null ? null : formatFractionAsPercent(chanceOfWrongSide),
    ],
    ['Trend crosses it', formatCrossing(monthsUntilCrossing)],
    ['Measured', `${formatFractionAsPercent(coveredShare)} of the time`],
    ['Forecast accuracy', formatForecastAccuracy(projection.pastError)],
  ]
}

function formatCrossing(months: number | null): string {
  if (months === null) return 'not within 12 months'
  return months === 0 ? 'this month' : `in ${months} month${months === 1 ? '' : 's'}`
}

function OptionRow({
  option,
  isOnPaper,
  isRecommended,
}: {
  option: Option
  isOnPaper: boolean
  isRecommended: boolean
}) {
  return (
    // in print, impossible options and options with another bandwidth are left out
    <tr
      className={clsx(
        plainTableRowClass,
        isRecommended && 'bg-sunken',
        !isOnPaper && 'print:hidden',
        option.change === 'impossible' && 'text-ink-3 print:hidden',
      )}
    >
      <th scope="row" className={clsx(plainTableCellClass, option.current ? 'font-semibold' : 'font-normal')}>
        {formatPlan(option)}, <span className="whitespace-nowrap">{formatBandwidth(option.bandwidthMbps)}</span>
        {isRecommended && <span className="block text-xs font-semibold">recommended</span>}
      </th>
      <td className={clsx(plainTableCellClass, 'text-right tabular-nums')}>{formatCostPercentiles(option)}</td>
      <td className={clsx(plainTableCellClass, 'text-right whitespace-nowrap tabular-nums')}>
        {option.current ? 'current' : option.difference && formatMoneyChange(option.difference)}
      </td>
      <td className={clsx(plainTableCellClass, 'text-xs')}>
        {!option.current && (
          <>
            {costChangeMethodLabels[option.change]}
            {option.oneWay && ' Irreversible: going back needs a new circuit.'}
            {option.blockedBy.length > 0 && (
              <span className="block text-ink-2">{capital(option.blockedBy.join('; '))}.</span>
            )}
          </>
        )}
      </td>
    </tr>
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
