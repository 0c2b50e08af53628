import { useMemo } from 'react'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import type { PlotGap } from '../charts/plot/plot-model.ts'
import { PlotArea, PlotLine } from '../charts/plot/plot-series.tsx'
import { AxisRangeBars } from '../charts/plot/range-marks.tsx'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { computeAxisTop } from '../charts/plot/value-ticks.ts'
import {
  FAILED_TEST_COLOR,
  findFailedProbeRanges,
  findHighestRtt,
  isTestLineDashed,
  type RttColumn,
  findRttGaps,
  buildRttPoints,
  getProbeTestColor,
} from './rtt-series.ts'
import { formatRtt } from '../format/quantity.ts'

/**
 * Chart of round-trip times. Each test has a line through its mean times, and a band from its lowest to its highest
 * time.
 */
export default function RttPlot({
  columns,
  pending,
  count,
  domain,
}: {
  columns: readonly RttColumn[]
  /** ranges for which Azure has not reported values yet but still may; they are hatched like gaps */
  pending: readonly PlotGap[]
  /** number of tests */
  count: number
  domain: readonly [number, number]
}) {
  const data = useMemo(() => buildRttPoints(columns), [columns])
  const gaps = useMemo(() => [...findRttGaps(columns), ...pending], [columns, pending])
  const failed = useMemo(() => findFailedProbeRanges(columns), [columns])
  const tests = Array.from({ length: count }, (_, index) => ({ index, series: getProbeTestColor(index) }))
  return (
    <PlotChart
      data={data}
      x={useTimeTicks(...domain)}
      top={Math.max(1, computeAxisTop(findHighestRtt(columns)))}
      write={formatRtt}
      gaps={gaps}
    >
      {tests.map(({ index, series }) => (
        <PlotArea key={`band${index}`} dataKey={`band${index}`} series={series} opacity={0.15} />
      ))}
      {tests.map(({ index, series }) => (
        <PlotLine
          key={`mean${index}`}
          dataKey={`mean${index}`}
          series={series}
          width={1.5}
          {...(isTestLineDashed(index) && { dashes: [5, 4] })}
        />
      ))}
      <AxisRangeBars ranges={failed} series={FAILED_TEST_COLOR} />
    </PlotChart>
  )
}
