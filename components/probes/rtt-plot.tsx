'use client'

import { useMemo } from 'react'
import { Area, Line } from 'recharts'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import { BaseBars } from '../charts/plot/range-marks.tsx'
import { ink, still } from '../charts/plot/theme.ts'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import {
  FAILED_INK,
  failedRanges,
  formatRtt,
  highestRtt,
  isDashed,
  type RttColumn,
  rttGaps,
  rttPoints,
  testInk,
} from './rtt-series.ts'

/** Of each test the mean as a line, and its lowest and highest time as a band. */
export default function RttPlot({
  columns,
  count,
  domain,
}: {
  columns: readonly RttColumn[]
  /** of tests */
  count: number
  domain: readonly [number, number]
}) {
  const data = useMemo(() => rttPoints(columns), [columns])
  const gaps = useMemo(() => rttGaps(columns), [columns])
  const failed = useMemo(() => failedRanges(columns), [columns])
  const tests = Array.from({ length: count }, (_, index) => ({ index, color: ink(testInk(index)) }))
  return (
    <PlotChart
      data={data}
      x={useTimeTicks(...domain)}
      top={Math.max(1, highestRtt(columns) * 1.1)}
      write={formatRtt}
      gaps={gaps}
    >
      {tests.map(({ index, color }) => (
        <Area
          key={`band${index}`}
          {...still}
          type="stepAfter"
          dataKey={`band${index}`}
          stroke="none"
          fill={color}
          fillOpacity={0.15}
        />
      ))}
      {tests.map(({ index, color }) => (
        <Line
          key={`mean${index}`}
          {...still}
          type="stepAfter"
          dataKey={`mean${index}`}
          stroke={color}
          strokeWidth={1.5}
          {...(isDashed(index) && { strokeDasharray: '5 4' })}
        />
      ))}
      <BaseBars ranges={failed} series={FAILED_INK} />
    </PlotChart>
  )
}
