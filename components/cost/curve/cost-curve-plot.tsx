import { useMemo } from 'react'
import { PlotChart } from '../../charts/plot/plot-chart.tsx'
import { PlotArea, PlotLine } from '../../charts/plot/plot-series.tsx'
import { EndLabels, PointMarks } from '../../charts/plot/point-marks.tsx'
import { RangeShade } from '../../charts/plot/range-marks.tsx'
import { useValueTicks } from '../../charts/plot/use-x-ticks.ts'
import { type CostCurve, costOn, curvePoints } from './cost-curve.ts'
import { amountText, planInks, planNames } from './cost-curve-words.ts'
import { bytesText } from './cumulative-points.ts'

/** What the month costs on each plan over its bytes: today, the band of the month's end, and what the current plan loses, shaded. */
export default function CostCurvePlot({ curve }: { curve: CostCurve }) {
  const { plans, most, today, end } = curve
  const data = useMemo(() => curvePoints(curve), [curve])
  const current = plans.find(({ isCurrent }) => isCurrent) ?? plans[0]
  const marks = current
    ? [
        { x: today, words: `today ${bytesText(today)}`, isHollow: false },
        ...(end
          ? [{ x: end.p50, words: `month’s end ${amountText(curve, costOn(current, end.p50))}`, isHollow: true }]
          : []),
      ].map((mark) => ({ ...mark, y: costOn(current, mark.x), ink: planInks[current.plan] }))
    : []
  return (
    <PlotChart
      data={data}
      x={useValueTicks(0, most.bytes, bytesText)}
      top={most.cost}
      write={(amount) => amountText(curve, amount)}
    >
      {end && (
        <RangeShade
          from={end.p10}
          to={end.p90}
          words="p10 to p90"
          series={planInks[current?.plan ?? 'metered']}
          domain={[0, most.bytes]}
        />
      )}
      <PlotArea dataKey="loss" course="linear" series="series-3" opacity={0.22} />
      {plans.map(({ plan, isCurrent }) => (
        <PlotLine
          key={plan}
          dataKey={plan}
          course="linear"
          series={planInks[plan]}
          width={isCurrent ? 2.5 : 1.5}
          {...(!isCurrent && { dashes: [6, 4] })}
        />
      ))}
      <EndLabels
        labels={plans.map((line) => ({
          value: costOn(line, most.bytes),
          words: line.isCurrent ? `${planNames[line.plan]}, current` : planNames[line.plan],
          ink: planInks[line.plan],
        }))}
      />
      <PointMarks points={marks} />
    </PlotChart>
  )
}
