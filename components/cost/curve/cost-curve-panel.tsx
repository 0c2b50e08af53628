import { useMemo } from 'react'
import type { CostCurve } from '#lib/cost/api/index.ts'
import { createLazyPlot } from '../../charts/plot/lazy-plot.tsx'
import { buildPlotDownloads } from '../../charts/plot/plot-files.ts'
import { PlotFrame } from '../../charts/plot/plot-frame.tsx'
import type { LegendEntry } from '../../charts/plot/plot-legend.tsx'
import { EmptyNote } from '../../ui/answer-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { findReasonAgainstPlan } from '../decisions/decision-text.ts'
import { CircuitDetail } from '../review/circuit-detail.tsx'
import type { CostReviewRow } from '../review/review-rows.ts'
import {
  type CostCurveMonth,
  describeCostCurvePoint,
  findForecastPointIndex,
  formatExtraPlanCost,
  planColors,
  planNames,
} from './cost-curve.ts'
import { formatRoundedBytes } from './cumulative-points.ts'

const CostCurvePlot = createLazyPlot(() => import('./cost-curve-plot.tsx'))

/** Returns the title of the panel. It shows the error if the fields of a circuit cannot be loaded. */
export const formatCurveTitle = (name: string): string => `Cost of ${name} by plan`

/**
 * Chart of the month's cost as a function of the billable bytes, with a line for each plan. It shows whether another
 * plan is cheaper at the expected number of bytes.
 */
export function CostCurvePanel({ projection }: { projection: CostReviewRow }) {
  return (
    <Panel title={formatCurveTitle(projection.name)} note="of the month, over its billable bytes">
      <CircuitDetail row={projection}>
        {(full) =>
          full.reviewed.curve ? (
            <Chart curve={full.reviewed.curve} projection={full} />
          ) : (
            <EmptyNote title="No comparison of plans">{full.unpricedBecause ?? full.forecastBasis}</EmptyNote>
          )
        }
      </CircuitDetail>
    </Panel>
  )
}

function Chart({ curve, projection }: { curve: CostCurve; projection: CostReviewRow }) {
  const { name, month } = projection
  const zone = useZone()
  const stops = useMemo(() => curve.bytes.map(Number).map((at) => ({ from: at, to: at })), [curve])
  const what = `cost of ${name} by plan`
  const files = buildPlotDownloads({
    what,
    name: `cost-by-plan-${name}`,
    range: month,
    zone,
    note: 'shaded: what the current plan costs more; band: p10 to p90 of the month’s end',
    rows: () => [
      ['Billable bytes of the month', ...curve.plans.map(({ plan }) => `${planNames[plan]} (${curve.currency})`)],
      ...curve.bytes.map((bytes, stop) => [Number(bytes), ...curve.plans.map(({ costs }) => costs[stop] ?? '')]),
    ],
  })
  return (
    <figure>
      <PlotFrame
        label={formatCurveTitle(name)}
        files={files}
        className="h-60 print:h-44"
        domain={[0, stops.at(-1)?.to ?? 0]}
        stops={stops}
        read={(index) => describeCostCurvePoint(curve, projection, index)}
        legend={legendOf(curve)}
      >
        <CostCurvePlot curve={curve} month={projection} />
      </PlotFrame>
      <figcaption className="mt-2 text-xs text-ink-2">{words(curve, projection)}</figcaption>
    </figure>
  )
}

const legendOf = (curve: CostCurve): LegendEntry[] => [
  ...curve.plans.map(
    ({ plan, current }): LegendEntry => ({
      name: current ? `${planNames[plan]} (current)` : planNames[plan],
      shape: current ? 'line' : 'dashed',
      ink: planColors[plan],
      keys: [plan],
    }),
  ),
  { name: 'the current plan costs more', shape: 'band', ink: 'series-3', keys: ['loss'] },
]

/**
 * Describes the chart of plan costs in sentences. If the cheapest plan at the month's end is not recommended, the text
 * has the reason.
 */
function words(curve: CostCurve, month: CostCurveMonth & Pick<CostReviewRow, 'recommendation'>): string {
  const { billedBytesToDate: today, forecast, breakEvenBytes: even } = month
  const when = forecast
    ? `At the month’s end, likely ${formatRoundedBytes(Number(forecast.p50))},`
    : `At ${formatRoundedBytes(Number(today))} so far`
  const stop = findForecastPointIndex(curve, month)
  const outcome = formatExtraPlanCost(curve, stop) ?? 'the current plan is the cheapest'
  const cheaper = curve.losses[stop]?.than
  const against = cheaper ? findReasonAgainstPlan(month, cheaper) : null
  return `${when} ${outcome}. ${against ? `${against} ` : ''}${even === null ? 'Metered and Unlimited have no break-even.' : `Break-even: ${formatRoundedBytes(Number(even))}.`}`
}
