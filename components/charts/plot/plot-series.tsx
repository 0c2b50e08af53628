import { createContext, use, useMemo } from 'react'
import { ReferenceLine } from 'recharts'
import type { PlotInk } from '../series-ink.ts'
import { areaPath, type Course, linePath, type SeriesPoint } from './series-path.ts'
import { usePlotSize, usePlotSpace } from './plot-space.ts'
import { ink } from './theme.ts'

/** The points of a chart, given by `PlotChart`. */
export const PlotPointsContext = createContext<{ points: readonly SeriesPoint[]; bottom: number; clip: string } | null>(
  null,
)

interface Series {
  /** of the points: a number, for an area also a pair; null = not known, and never drawn */
  dataKey: string
  course?: Course
  series: PlotInk
}

/**
 * A series as one path: of many thousands of points as many corners as there are pixels (ADR 0123).
 */
export function PlotLine({
  width,
  dashes,
  ...line
}: Series & {
  /** px at the usual size of type, as are the dashes */
  width: number
  /** dash and space */
  dashes?: readonly number[]
}) {
  const drawing = useDrawing(line, linePath)
  const { scale } = usePlotSize()
  return (
    drawing && (
      <path
        {...drawing}
        fill="none"
        stroke={ink(line.series)}
        strokeWidth={width * scale}
        strokeDasharray={dashes?.map((px) => px * scale).join(' ')}
        data-series="line"
      />
    )
  )
}

/** A filled series: of a pair between both, of a number down to the bottom of the axis. @param opacity of its fill */
export function PlotArea({ opacity, ...area }: Series & { opacity: number }) {
  const drawing = useDrawing(area, areaPath)
  return drawing && <path {...drawing} fill={ink(area.series)} fillOpacity={opacity} data-series="area" />
}

function useDrawing({ dataKey, course = 'stepAfter' }: Series, pathOf: typeof areaPath) {
  const chart = use(PlotPointsContext)
  const space = usePlotSpace()
  const d = useMemo(
    () => (chart && space ? pathOf(chart.points, dataKey, course, space, chart.bottom) : ''),
    [chart, space, dataKey, course, pathOf],
  )
  return d === '' ? null : { d, clipPath: chart ? `url(#${chart.clip})` : undefined }
}

/** The line of zero on an axis that goes below zero. */
export const ZeroLine = () => <ReferenceLine y={0} stroke="var(--line-strong)" strokeWidth={usePlotSize().scale} />

/** The plotted area; no series is drawn beyond it. */
export function PlotClip({ id }: { id: string }) {
  const space = usePlotSpace()
  return <clipPath id={id}>{space && <rect {...space.area} />}</clipPath>
}
