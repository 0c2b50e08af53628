import { DefaultZIndexes, ReferenceDot, ZIndexLayer } from 'recharts'
import type { SeriesColorName } from '../series-ink.ts'
import { placeLineLabels, placePointLabels } from './label-places.ts'
import { usePlotSpace } from './plot-space.ts'
import { getSeriesColor, getLabelStyle } from './theme.ts'

/** Draws single points with labels next to them, for example today and the forecast. */
export function PointMarks({
  points,
}: {
  points: readonly { x: number; y: number; words: string; ink: SeriesColorName; isHollow?: boolean }[]
}) {
  const space = usePlotSpace()
  if (!space) return null
  const { area, x, y, scale, textPx } = space
  const labels = placePointLabels(
    points.map((point) => ({ x: x(point.x) - area.x, y: y(point.y) - area.y, words: point.words })),
    textPx,
    area,
  )
  return points.map(({ x: at, y: value, words, ink: series, isHollow }, index) => {
    const label = labels[index]
    const [fill, stroke] = isHollow
      ? ['var(--surface)', getSeriesColor(series)]
      : [getSeriesColor(series), 'var(--surface)']
    return (
      <g key={words}>
        <ReferenceDot x={at} y={value} r={4.5 * scale} strokeWidth={2 * scale} fill={fill} stroke={stroke} />
        {label && (
          <ZIndexLayer zIndex={DefaultZIndexes.label}>
            <text
              {...getLabelStyle(scale)}
              x={area.x + label.x}
              y={area.y + label.y}
              dy="0.35em"
              textAnchor={label.anchor}
            >
              {words}
            </text>
          </ZIndexLayer>
        )}
      </g>
    )
  })
}

/**
 * Minimum width of a plot for labels at the ends of lines, px at the default font size. In a narrower plot, only the
 * legend names the series.
 */
const NARROW_PX = 360

/**
 * Draws the names of series at the right end of their lines, without overlap.
 * @param labels names with the last value of their series (`value`), which determines the height of the label
 */
export function EndLabels({ labels }: { labels: readonly { value: number; words: string; ink: SeriesColorName }[] }) {
  const space = usePlotSpace()
  if (!space || space.area.width < NARROW_PX * space.scale) return null
  const { area, y, scale, textPx } = space
  const places = placeLineLabels(
    labels.map(({ value }) => y(value) - area.y),
    textPx * 1.3,
    area.height,
  )
  return places.map(({ index, y: centre }) => {
    const label = labels[index]
    return (
      label && (
        <ZIndexLayer key={label.words} zIndex={DefaultZIndexes.label}>
          <text
            {...getLabelStyle(scale, getSeriesColor(label.ink))}
            x={area.x + area.width - 4 * scale}
            y={area.y + centre}
            dy="0.35em"
            textAnchor="end"
          >
            {label.words}
          </text>
        </ZIndexLayer>
      )
    )
  })
}
