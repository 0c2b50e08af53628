import { useId } from 'react'
import type { SeriesName } from '../series-ink.ts'
import { PlotLabel } from './plot-label.tsx'
import { usePlotSpace } from './plot-space.ts'
import { ink } from './theme.ts'

/** Ranges that are marked by a hatched bar along the x axis: values of a second source, a maintenance window. */
export function BaseBars({ ranges, series }: { ranges: readonly { from: number; to: number }[]; series: SeriesName }) {
  const id = useId()
  const { area, x, scale } = usePlotSpace()
  if (ranges.length === 0) return null
  const [size, height] = [5 * scale, 6 * scale]
  return (
    <>
      <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line y2={size} style={{ stroke: ink(series) }} strokeWidth={size} />
      </pattern>
      {ranges.map(({ from, to }) => {
        const [left, right] = [x(from), x(to)]
        const box = { x: left, y: area.y + area.height - height, width: Math.max(0, right - left), height }
        return (
          <g key={from}>
            <rect {...box} style={{ fill: 'var(--surface)' }} />
            <rect {...box} fill={`url(#${id})`} />
          </g>
        )
      })}
    </>
  )
}

/** A range of the x axis in which something is expected: shaded over the whole height, its words at the foot. */
export function RangeShade({
  from,
  to,
  words,
  series,
}: {
  from: number
  to: number
  words: string
  series: SeriesName
}) {
  const { area, x, scale, textPx } = usePlotSpace()
  const [left, right] = [x(from), x(to)]
  const isLate = right > area.x + area.width * 0.7
  return (
    <g>
      <rect
        x={left}
        y={area.y}
        width={Math.max(scale, right - left)}
        height={area.height}
        fillOpacity={0.2}
        style={{ fill: ink(series) }}
      />
      <PlotLabel
        x={isLate ? left - 4 * scale : Math.max(right, left + scale) + 4 * scale}
        y={area.y + area.height - textPx}
        anchor={isLate ? 'end' : 'start'}
        textPx={textPx}
      >
        {words}
      </PlotLabel>
    </g>
  )
}

/** A range of the x axis, framed and faintly shaded over the whole height; what lies beyond the plot is left out. */
export function RangeBox({ from, to, series }: { from: number; to: number; series: SeriesName }) {
  const { area, x, scale } = usePlotSpace()
  const within = (place: number) => Math.min(Math.max(place, area.x), area.x + area.width)
  const [left, right] = [within(x(from)), within(x(to))]
  if (right <= left) return null
  return (
    <rect
      x={left}
      y={area.y}
      width={right - left}
      height={area.height}
      fillOpacity={0.1}
      strokeOpacity={0.5}
      strokeWidth={scale}
      style={{ fill: ink(series), stroke: ink(series) }}
    />
  )
}

/** A short word at the top of the plot, at each of these places: `≥` where a value is a lower bound. */
export function TopMarks({ at, word }: { at: readonly number[]; word: string }) {
  const { area, x, scale, textPx } = usePlotSpace()
  if (at.length === 0) return null
  const [width, height] = [textPx * (word.length * 0.6 + 0.6), textPx * 1.3]
  return (
    <>
      {at.map((place) => {
        const centre = x(place)
        return (
          <g key={place}>
            <rect
              x={centre - width / 2}
              y={area.y}
              width={width}
              height={height}
              rx={2 * scale}
              strokeWidth={scale}
              style={{ fill: 'var(--surface)', stroke: 'var(--degraded-mark)' }}
            />
            <text
              x={centre}
              y={area.y + height / 2}
              dy="0.35em"
              textAnchor="middle"
              fontSize={textPx}
              style={{ fill: 'var(--ink)' }}
            >
              {word}
            </text>
          </g>
        )
      })}
    </>
  )
}
