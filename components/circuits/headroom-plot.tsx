'use client'

import { useMemo } from 'react'
import { Area, Line, ReferenceArea } from 'recharts'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import { ink, still } from '../charts/plot/theme.ts'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { formatCount } from '../format/quantity.ts'
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
  const highest = Math.max(
    1,
    ...paths.flatMap(({ headroom }) => [headroom.limit, ...headroom.days.map(({ most }) => most)]),
  )
  return (
    <PlotChart
      data={data}
      x={useTimeTicks(...domain)}
      top={highest * 1.08}
      write={formatCount}
      gaps={gaps}
      limits={limits}
    >
      {limitRanges(paths, domain[1]).map(({ ink: series, from, to }) => (
        <ReferenceArea
          key={series}
          x1={from}
          x2={to}
          fill={ink(series)}
          fillOpacity={0.1}
          stroke={ink(series)}
          strokeOpacity={0.5}
        />
      ))}
      {paths.map(({ path, ink: series }, index) => (
        <Area
          key={`${path} ahead`}
          {...still}
          dataKey={`ahead${index}`}
          stroke="none"
          fill={ink(series)}
          fillOpacity={0.25}
        />
      ))}
      {paths.map(({ path, ink: series }, index) => (
        <Line
          key={path}
          {...still}
          type="stepAfter"
          dataKey={`days${index}`}
          stroke={ink(series)}
          strokeWidth={1.5}
          // equal counts lie on each other
          {...(index > 0 && { strokeDasharray: '4 3' })}
        />
      ))}
    </PlotChart>
  )
}
