import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'
import { createContext, use, useMemo } from 'react'
import type { PlotInk } from '../series-ink.ts'
import { areaPath, type Course, linePath, type SeriesPoint } from './series-path.ts'
import { usePlotSize } from './plot-size.ts'
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
 * A series as one path. It is drawn here instead of by the library's `Line`, which makes objects of each point: a fifth of the time at
 * 1,000 points, and of many thousands as many corners as there are pixels.
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
  const x = useXAxisScale()
  const y = useYAxisScale()
  const d = useMemo(() => {
    if (!chart || !x || !y) return ''
    const scales = { x: (value: number) => x(value) ?? 0, y: (value: number) => y(value) ?? 0 }
    return pathOf(chart.points, dataKey, course, scales, chart.bottom)
  }, [chart, x, y, dataKey, course, pathOf])
  return d === '' || !chart ? null : { d, clipPath: `url(#${chart.clip})` }
}

/** Where an axis that goes below zero has its zero. */
export function ZeroLine() {
  const y = useYAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  const top = y?.(0)
  if (top === undefined || !area) return null
  return <line x1={area.x} x2={area.x + area.width} y1={top} y2={top} strokeWidth={scale} stroke="var(--line-strong)" />
}

/** The plotted area, beyond which no series is drawn. */
export function PlotClip({ id }: { id: string }) {
  const area = usePlotArea()
  return (
    area && (
      <clipPath id={id}>
        <rect x={area.x} y={area.y} width={area.width} height={area.height} />
      </clipPath>
    )
  )
}
