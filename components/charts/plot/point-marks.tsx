import { DefaultZIndexes, ReferenceDot, ZIndexLayer } from 'recharts'
import type { SeriesColorName } from '../series-colors.ts'
import { placePointLabels } from './label-places.ts'
import { usePlotScales } from './plot-space.ts'
import { getSeriesColor, getLabelStyle } from './plot-theme.ts'

/** Draws single points with labels next to them, for example today and the forecast. */
export function PointMarks({
  points,
}: {
  points: readonly { x: number; y: number; words: string; ink: SeriesColorName; isHollow?: boolean }[]
}) {
  const space = usePlotScales()
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
