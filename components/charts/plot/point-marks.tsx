import type { SeriesName } from '../series-ink.ts'
import { labelPlaces, pointLabelPlaces } from './label-places.ts'
import { PlotLabel } from './plot-label.tsx'
import { usePlotSpace } from './plot-space.ts'
import { ink } from './theme.ts'

/** Single points with their words beside them: today, the forecast. */
export function PointMarks({
  points,
}: {
  points: readonly { x: number; y: number; words: string; ink: SeriesName; isHollow?: boolean }[]
}) {
  const { area, x, y, scale, textPx } = usePlotSpace()
  const radius = 4.5 * scale
  const placed = points.map((point) => ({ ...point, left: x(point.x), top: y(point.y) }))
  const labels = pointLabelPlaces(
    placed.map(({ left, top, words }) => ({ x: left - area.x, y: top - area.y, words })),
    textPx,
    area,
  )
  return (
    <>
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
    </>
  )
}

/** Below this width of a plot, px at the usual size of type, the legend alone names the series. */
const NARROW_PX = 360

/** The names of series at the right end of their lines, never on each other. @param labels `value` is that of the series at the end */
export function EndLabels({ labels }: { labels: readonly { value: number; words: string; ink: SeriesName }[] }) {
  const { area, y, scale, textPx } = usePlotSpace()
  if (area.width < NARROW_PX * scale) return null
  const places = labelPlaces(
    labels.map(({ value }) => y(value) - area.y),
    textPx * 1.3,
    area.height,
  )
  return (
    <>
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
    </>
  )
}
