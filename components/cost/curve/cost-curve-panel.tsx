import { useMemo } from 'react'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { lazyPlot } from '../../charts/plot/lazy-plot.tsx'
import { plotFiles } from '../../charts/plot/plot-files.ts'
import { PlotFrame } from '../../charts/plot/plot-frame.tsx'
import { type LegendEntry, PlotLegend } from '../../charts/plot/plot-legend.tsx'
import { Empty } from '../../ui/answer-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { type CostCurve, costCurve, costOn, lossAt } from './cost-curve.ts'
import { amountText, curveReading, planInks, planNames } from './cost-curve-words.ts'
import { bytesText } from './cumulative-points.ts'

const CostCurvePlot = lazyPlot(() => import('./cost-curve-plot.tsx'))

/** The month's cost on each plan over its billable bytes: whether to change plan, in one picture. */
export function CostCurvePanel({ projection }: { projection: CostProjection }) {
  const curve = useMemo(() => costCurve(projection), [projection])
  return (
    <Panel title={`Cost of ${projection.name} by plan`} note="of the month, over its billable bytes">
      {curve ? (
        <Chart curve={curve} projection={projection} />
      ) : (
        <Empty title="No comparison of plans">{projection.unpricedBecause ?? projection.forecastBasis}</Empty>
      )}
    </Panel>
  )
}

function Chart({ curve, projection: { name, month } }: { curve: CostCurve; projection: CostProjection }) {
  const zone = useZone()
  const stops = useMemo(() => curve.bytes.map((at) => ({ from: at, to: at })), [curve])
  const what = `cost of ${name} by plan`
  const files = plotFiles({
    what,
    name: `cost-by-plan-${name}`,
    range: month,
    zone,
    note: 'shaded: what the current plan costs more; band: p10 to p90 of the month’s end',
    rows: () => [
      ['Billable bytes of the month', ...curve.plans.map(({ plan }) => `${planNames[plan]} (${curve.currency})`)],
      ...curve.bytes.map((bytes) => [Math.round(bytes), ...curve.plans.map((line) => costOn(line, bytes).toFixed(2))]),
    ],
  })
  return (
    <figure>
      <PlotFrame
        label={`Cost of ${name} by plan`}
        files={files}
        className="h-60 print:h-44"
        domain={[0, curve.most.bytes]}
        stops={stops}
        read={(index) => curveReading(curve, curve.bytes[index] ?? 0)}
        legend={<PlotLegend entries={legendOf(curve)} />}
      >
        <CostCurvePlot curve={curve} />
      </PlotFrame>
      <figcaption className="mt-2 text-xs text-ink-2">{words(curve)}</figcaption>
    </figure>
  )
}

const legendOf = (curve: CostCurve): LegendEntry[] => [
  ...curve.plans.map(
    ({ plan, isCurrent }): LegendEntry => ({
      name: isCurrent ? `${planNames[plan]} (current)` : planNames[plan],
      shape: isCurrent ? 'line' : 'dashed',
      ink: planInks[plan],
    }),
  ),
  { name: 'the current plan costs more', shape: 'band', ink: 'series-3' },
]

/** The picture in two sentences. */
function words(curve: CostCurve): string {
  const { end, breakEven, today } = curve
  const loss = lossAt(curve, end?.p50 ?? today)
  const when = end ? `At the month’s end, likely ${bytesText(end.p50)},` : `At ${bytesText(today)} so far`
  const outcome = loss
    ? `the current plan costs ${amountText(curve, loss.amount)} more than ${planNames[loss.cheapest.plan]}.`
    : 'the current plan is the cheapest.'
  const even = breakEven === null ? 'Metered and Unlimited have no break-even.' : `Break-even: ${bytesText(breakEven)}.`
  return `${when} ${outcome} ${even}`
}
