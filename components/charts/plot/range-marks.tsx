import { useId } from 'react'
import { ReferenceArea, ReferenceLine } from 'recharts'
import type { SeriesColorName } from '../series-colors.ts'
import { usePlotSize, usePlotScales } from './plot-space.ts'
import { getSeriesColor, createPlotTheme } from './plot-theme.ts'

/**
 * Draws hatched bars along the x axis to mark ranges, for example a maintenance window, or times whose values come from
 * a second data source.
 */
export function AxisRangeBars({
  ranges,
  series,
}: {
  ranges: readonly { from: number; to: number }[]
  series: SeriesColorName
}) {
  const id = useId()
  const space = usePlotScales()
  if (!space || ranges.length === 0) return null
  const { area, x, scale } = space
  const [size, height] = [5 * scale, 6 * scale]
  return (
    <>
      <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={size} height={size} style={{ fill: 'var(--surface)' }} />
        <line y2={size} style={{ stroke: getSeriesColor(series) }} strokeWidth={size} />
      </pattern>
      {ranges.map(({ from, to }) => (
        <rect
          key={from}
          x={x(from)}
          y={area.y + area.height - height}
          width={Math.max(0, x(to) - x(from))}
          height={height}
          fill={`url(#${id})`}
        />
      ))}
    </>
  )
}

/**
 * Shades a range of the x axis over the whole height of the plot, for example the range of a forecast.
 * `words` is the label at the bottom of the range.
 */
export function ChartRangeShade({
  from,
  to,
  words,
  series,
  domain: [first, last],
}: {
  from: number
  to: number
  words: string
  series: SeriesColorName
  domain: readonly [number, number]
}) {
  const { scale } = usePlotSize()
  const isLate = to > first + (last - first) * 0.7
  return (
    <>
      <ReferenceArea x1={from} x2={to} fill={getSeriesColor(series)} fillOpacity={0.2} zIndex={1} />
      <ReferenceLine
        x={isLate ? from : to}
        stroke="none"
        label={{
          value: words,
          position: isLate ? 'insideBottomLeft' : 'insideBottomRight',
          fontSize: createPlotTheme(scale).textPx,
          fill: 'var(--ink-2)',
          background: { fill: 'var(--surface)' },
        }}
      />
    </>
  )
}

/** Frames and faintly shades a range of the x axis over the whole height; the part outside the axis is left out. */
export function ChartRangeBox({
  from,
  to,
  series,
  domain: [first, last],
}: {
  from: number
  to: number
  series: SeriesColorName
  domain: readonly [number, number]
}) {
  const { scale } = usePlotSize()
  const [left, right] = [Math.max(first, from), Math.min(last, to)]
  if (right <= left) return null
  const color = getSeriesColor(series)
  return (
    <ReferenceArea
      x1={left}
      x2={right}
      fill={color}
      fillOpacity={0.1}
      stroke={color}
      strokeOpacity={0.5}
      strokeWidth={scale}
      zIndex={1}
    />
  )
}

/** Draws a short word at the top of the plot at each of the given positions, for example `≥` at a lower bound. */
export function ChartTopMarks({ at, word }: { at: readonly number[]; word: string }) {
  const space = usePlotScales()
  if (!space) return null
  const { area, x, scale, textPx } = space
  const [width, height] = [textPx * (word.length * 0.6 + 0.6), textPx * 1.3]
  return at.map((place) => (
    <g key={place} transform={`translate(${x(place)} ${area.y})`}>
      <rect
        x={-width / 2}
        width={width}
        height={height}
        rx={2 * scale}
        strokeWidth={scale}
        style={{ fill: 'var(--surface)', stroke: 'var(--degraded-mark)' }}
      />
      <text y={height / 2} dy="0.35em" textAnchor="middle" fontSize={textPx} style={{ fill: 'var(--ink)' }}>
        {word}
      </text>
    </g>
  ))
}

/**
 * Moment or value on the x axis that the chart marks with a vertical line: chosen by the user, or the date of an
 * expected event.
 */
export interface PlotMoment {
  at: number
  /** text above the line, such as a letter or a date; absent = only the line */
  word?: string
}

/** Draws vertical lines at moments; moments outside the axis are left out. */
export function MomentLines({
  moments,
  domain: [from, to],
}: {
  moments: readonly PlotMoment[]
  domain: readonly [number, number]
}) {
  const { scale } = usePlotSize()
  return moments
    .filter(({ at }) => at >= from && at <= to)
    .map(({ at, word }, index) => (
      <ReferenceLine
        // the index is the key, because two moments may be equal
        key={index}
        x={at}
        stroke="var(--ink)"
        strokeWidth={2 * scale}
        data-cursor
        {...(word !== undefined && {
          label: {
            value: word,
            position: at > from + (to - from) * 0.9 ? 'insideTopRight' : 'insideTopLeft',
            fontSize: createPlotTheme(scale).textPx,
            fontWeight: 600,
            fill: 'var(--ink)',
            halo: { stroke: 'var(--surface)', strokeWidth: 3 * scale },
          },
        })}
      />
    ))
}
