import { createContext, use, useMemo } from 'react'
import { ReferenceLine } from 'recharts'
import type { PlotColorName } from '../series-colors.ts'
import { buildAreaPath, type LineShape, buildLinePath, type SeriesPoint } from './series-path.ts'
import { usePlotSize, usePlotScales } from './plot-space.ts'
import { HiddenSeriesContext } from './series-choice.ts'
import { getSeriesColor } from './plot-theme.ts'

/** Points of a chart, provided by `PlotChart`. */
export const PlotPointsContext = createContext<{ points: readonly SeriesPoint[]; bottom: number; clip: string } | null>(
  null,
)

interface Series {
  /**
   * key of the series' values in the points. A value is a number, or for an area also a pair; null = unknown and not
   * drawn
   */
  dataKey: string
  course?: LineShape
  series: PlotColorName
}

/**
 * Draws a series as one line. The number of drawn points depends on the width in pixels and not on the length of the
 * series, because points that would not be visible are left out (ADR 0123).
 */
export function PlotLine({
  width,
  dashes,
  ...line
}: Series & {
  /** stroke width, px at the default font size */
  width: number
  /** lengths of dash and space, px at the default font size */
  dashes?: readonly number[]
}) {
  const drawing = useDrawing(line, buildLinePath)
  const { scale } = usePlotSize()
  return (
    drawing && (
      <path
        {...drawing}
        fill="none"
        stroke={getSeriesColor(line.series)}
        strokeWidth={width * scale}
        strokeDasharray={dashes?.map((px) => px * scale).join(' ')}
        data-series="line"
      />
    )
  )
}

/**
 * Draws a filled series. A pair of values is filled between both values, a single number is filled down to the bottom
 * of the axis.
 * @param opacity opacity of the fill, 0 to 1
 */
export function PlotArea({ opacity, ...area }: Series & { opacity: number }) {
  const drawing = useDrawing(area, buildAreaPath)
  return drawing && <path {...drawing} fill={getSeriesColor(area.series)} fillOpacity={opacity} data-series="area" />
}

function useDrawing({ dataKey, course = 'stepAfter' }: Series, pathOf: typeof buildAreaPath) {
  const chart = use(PlotPointsContext)
  const isHidden = use(HiddenSeriesContext).has(dataKey)
  const space = usePlotScales()
  const d = useMemo(
    () => (chart && space && !isHidden ? pathOf(chart.points, dataKey, course, space, chart.bottom) : ''),
    [chart, space, isHidden, dataKey, course, pathOf],
  )
  return d === '' ? null : { d, clipPath: chart ? `url(#${chart.clip})` : undefined }
}

/** Draws the zero line of an axis that goes below zero. */
export const ZeroLine = () => <ReferenceLine y={0} stroke="var(--line-strong)" strokeWidth={usePlotSize().scale} />

/** Clips series to the plotted area. */
export function PlotClipPath({ id }: { id: string }) {
  const space = usePlotScales()
  return <clipPath id={id}>{space && <rect {...space.area} />}</clipPath>
}
