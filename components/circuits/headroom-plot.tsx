'use client'

import { useMemo } from 'react'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import { PlotArea, PlotLine } from '../charts/plot/plot-series.tsx'
import { RangeBox } from '../charts/plot/range-marks.tsx'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { formatCount } from '../format/quantity.ts'
import { chartTop } from '../usage/usage-series.ts'
import {
  type HeadroomColumn,
  headroomGaps,
  headroomLimits,
  type HeadroomPath,
  headroomPoints,
  limitRanges,
} from './headroom-series.ts'

/** Of each path the largest count of each day as a line, its trend as a band, and when that reaches the limit as a range. */
export default function HeadroomPlot({
  paths,
  columns,
  domain,
}: {
  paths: readonly HeadroomPath[]
  columns: readonly HeadroomColumn[]
  domain: readonly [number, number]
}) {
  const data = useMemo(() => headroomPoints(paths, columns), [paths, columns])
  const gaps = useMemo(() => headroomGaps(columns), [columns])
  const limits = useMemo(() => headroomLimits(paths), [paths])
  const highest = Math.max(1, ...paths.flatMap(({ headroom }) => headroom.days.map(({ most }) => most)))
  const limit = Math.max(...paths.map(({ headroom }) => headroom.limit))
  const isGrowing = paths.some(({ headroom }) => headroom.runsOutBetween !== null)
  return (
    <PlotChart
      data={data}
      x={useTimeTicks(...domain)}
      // far below the limit a line along the axis would show no change
      top={chartTop(highest, limit, isGrowing)}
      write={formatCount}
      gaps={gaps}
      limits={limits}
    >
      {limitRanges(paths, domain[1]).map(({ ink: series, from, to }) => (
        <RangeBox key={series} from={from} to={to} series={series} />
      ))}
      {paths.map(({ path, ink: series }, index) => (
        <PlotArea key={`${path} ahead`} dataKey={`ahead${index}`} course="linear" series={series} opacity={0.25} />
      ))}
      {paths.map(({ path, ink: series }, index) => (
        <PlotLine
          key={path}
          dataKey={`days${index}`}
          series={series}
          width={1.5}
          // equal counts lie on each other
          {...(index > 0 && { dashes: [4, 3] })}
        />
      ))}
    </PlotChart>
  )
}
