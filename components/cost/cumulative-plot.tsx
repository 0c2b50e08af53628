'use client'

import { useMemo } from 'react'
import { Area, Line } from 'recharts'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import { ink, still } from '../charts/plot/theme.ts'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import type { CumulativeLine } from './cumulative-line.ts'
import { bytesText, cumulativePoints } from './cumulative-points.ts'

/** Bytes over the month: measured, where they are heading, the break-even, and what was not measured. */
export default function CumulativePlot({ line }: { line: CumulativeLine }) {
  const { from, to, breakEven, most, gaps } = line
  const data = useMemo(() => cumulativePoints(line).map(({ at, ...values }) => ({ ...values, x: at })), [line])
  const limits = breakEven === null ? [] : [{ value: breakEven, words: `break-even ${bytesText(breakEven)}` }]
  return (
    <PlotChart data={data} x={useTimeTicks(from, to)} top={most} write={bytesText} gaps={gaps} limits={limits}>
      <Area {...still} type="linear" dataKey="band" stroke="none" fill={ink('series-1')} fillOpacity={0.18} />
      <Line
        {...still}
        type="linear"
        dataKey="likely"
        stroke={ink('series-1')}
        strokeWidth={1.5}
        strokeDasharray="6 4"
      />
      <Line {...still} type="linear" dataKey="measured" stroke={ink('series-1')} strokeWidth={2} />
    </PlotChart>
  )
}
