import { usePlotArea, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts'
import type { SeriesName } from '../series-ink.ts'
import { labelPlaces, pointLabelPlaces } from './label-places.ts'
import { PlotLabel } from './plot-label.tsx'
import { usePlotSize } from './plot-size.ts'
import { ink, plotTheme } from './theme.ts'

/** Above all series and reference lines. */
const Z_INDEX = 1_600

/** Single points with their words beside them: today, the forecast. */
export function PointMarks({
  points,
}: {
  points: readonly { x: number; y: number; words: string; ink: SeriesName; isHollow?: boolean }[]
}) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  if (!x || !y || !area) return null
  const { textPx } = plotTheme(scale)
  const radius = 4.5 * scale
  const placed = points.map((point) => ({ ...point, left: x(point.x) ?? area.x, top: y(point.y) ?? area.y }))
  const labels = pointLabelPlaces(
    placed.map(({ left, top, words }) => ({ x: left - area.x, y: top - area.y, words })),
    textPx,
    area,
  )
  return (
    <ZIndexLayer zIndex={Z_INDEX}>
      {placed.map(({ left, top, words, ink: series, isHollow }, index) => {
        const label = labels[index]
        return (
          <g key={words}>
            <circle
              cx={left}
              cy={top}
              r={radius}
              strokeWidth={2 * scale}
              style={{
                fill: isHollow ? 'var(--surface)' : ink(series),
                stroke: isHollow ? ink(series) : 'var(--surface)',
              }}
            />
            {label && (
              <PlotLabel x={area.x + label.x} y={area.y + label.y} anchor={label.anchor} textPx={textPx}>
                {words}
              </PlotLabel>
            )}
          </g>
        )
      })}
    </ZIndexLayer>
  )
}

/** Below this width of a plot, px at the usual size of type, the legend alone names the series. */
const NARROW_PX = 360

/** The names of series at the right end of their lines, never on each other. @param labels `value` is that of the series at the end */
export function EndLabels({ labels }: { labels: readonly { value: number; words: string; ink: SeriesName }[] }) {
  const y = useYAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  if (!y || !area || area.width < NARROW_PX * scale) return null
  const { textPx } = plotTheme(scale)
  const places = labelPlaces(
    labels.map(({ value }) => (y(value) ?? area.y) - area.y),
    textPx * 1.3,
    area.height,
  )
  return (
    <ZIndexLayer zIndex={Z_INDEX}>
      {places.map(({ index, y: centre }) => {
        const label = labels[index]
        return label ? (
          <PlotLabel
            key={label.words}
            x={area.x + area.width - 4 * scale}
            y={area.y + centre}
            anchor="end"
            textPx={textPx}
            color={ink(label.ink)}
          >
            {label.words}
          </PlotLabel>
        ) : null
      })}
    </ZIndexLayer>
  )
}
