import { useMemo } from 'react'
import { PlotChart } from '../../charts/plot/plot-chart.tsx'
import { PlotArea, PlotLine } from '../../charts/plot/plot-series.tsx'
import { PointMarks } from '../../charts/plot/point-marks.tsx'
import { ChartRangeShade } from '../../charts/plot/range-marks.tsx'
import { useValueTicks } from '../../charts/plot/use-x-ticks.ts'
import type { CostCurve } from '#lib/cost/api/index.ts'
import { toSortableAmount } from '../money-columns.ts'
import { formatMoney } from '../money-text.ts'
import { findCurrentCostPlan, buildCostCurvePoints, type CostCurveMonth, planColors, planNames } from './cost-curve.ts'
import { formatRoundedBytes } from './cumulative-points.ts'

/**
 * Draws the month's cost on each plan as a function of the billable bytes. Marks show today's bytes and the forecast of
 * the month's end; the extra cost of the current plan is shaded.
 */
export default function CostCurvePlot({ curve, month }: { curve: CostCurve; month: CostCurveMonth }) {
  const { plans, currency } = curve
  const { billedBytesToDate, forecast } = month
  const data = useMemo(() => buildCostCurvePoints(curve), [curve])
  const current = findCurrentCostPlan(plans)
  const ink = planColors[current?.plan ?? 'metered']
  const most = data.at(-1)?.x ?? 0
  const marks = [
    { bytes: billedBytesToDate, isHollow: false },
    ...(forecast ? [{ bytes: forecast.p50, isHollow: true }] : []),
  ].flatMap(({ bytes, isHollow }) => {
    const amount = current?.costs[curve.bytes.indexOf(bytes)]
    if (amount === undefined) return []
    const words = isHollow
      ? `month’s end ${formatMoney({ amount, currency })}`
      : `today ${formatRoundedBytes(Number(bytes))}`
    return [{ x: Number(bytes), y: toSortableAmount({ amount }) ?? 0, words, isHollow, ink }]
  })
  return (
    <PlotChart
      data={data}
      x={useValueTicks(0, most, formatRoundedBytes)}
      top={toSortableAmount({ amount: curve.top }) ?? 0}
      write={(amount) => formatMoney({ amount: amount.toFixed(2), currency })}
      ends={plans.map(({ plan, current }) => ({
        dataKey: plan,
        value: data.at(-1)?.[plan] ?? 0,
        words: current ? `${planNames[plan]}, current` : planNames[plan],
        ink: planColors[plan],
      }))}
    >
      {forecast && (
        <ChartRangeShade
          from={Number(forecast.p10)}
          to={Number(forecast.p90)}
          words="p10 to p90"
          series={ink}
          domain={[0, most]}
        />
      )}
      <PlotArea dataKey="loss" course="linear" series="series-3" opacity={0.22} />
      {plans.map((line) => (
        <PlotLine
          key={line.plan}
          dataKey={line.plan}
          course="linear"
          series={planColors[line.plan]}
          width={line.current ? 2.5 : 1.5}
          {...(!line.current && { dashes: [6, 4] })}
        />
      ))}
      <PointMarks points={marks} />
    </PlotChart>
  )
}
