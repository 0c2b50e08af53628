import { type ReactNode, use, useId, useMemo } from 'react'
import { CartesianGrid, ComposedChart, ReferenceArea, ReferenceLine, XAxis, YAxis } from 'recharts'
import { useSelectedPastMoment } from '../../links/page-selection-provider.tsx'
import { SVG_FONT_SIZES } from '../../ui/drawing/type-scale.ts'
import { ShownMomentLine } from '../shown-moment-line.tsx'
import type { SeriesColorName } from '../series-colors.ts'
import { placeLineLabels, wrapIntoTwoLines } from './label-places.ts'
import { NoteMarks } from './note-marks.tsx'
import type { PlotGap, PlotLimit } from './plot-model.ts'
import { ChartPointerOverlay, useCrosshairSliderProperties } from './plot-pointer.tsx'
import { PlotClipPath, PlotPointsContext } from './plot-series.tsx'
import { usePlotSize, usePlotScales } from './plot-space.ts'
import { HiddenSeriesContext } from './series-choice.ts'
import { getSeriesColor, createPlotTheme } from './plot-theme.ts'
import type { XAxisTicks } from './use-x-ticks.ts'
import { chooseValueTicks, fitAxisToSeries } from './value-ticks.ts'

/** Label at the right end of a series. */
interface EndLabel {
  /** key of the series */
  dataKey: string
  /** last value of the series, which determines the height of the label */
  value: number
  words: string
  ink: SeriesColorName
}

/** Minimum width of a drawing for the names of series at its right edge, px at the default font size. */
const NARROW_PX = 480

/**
 * Draws a chart with Recharts: axes, grid, hatched ranges without data, reference lines, tooltip, and keyboard access.
 * Its children are the series (`PlotLine`, `PlotArea`). The points contain the values of each series under the key of
 * the series. Labels of lines are outside the plotted area, so that they do not cover lines. If the user hid some
 * series, the value axis fits the remaining series. The chart must be inside a `PlotFrame`.
 * @param data points in order of `x`; null values are unknown and not drawn
 * @param top upper end of the value axis; values above it are cut off
 * @param mostTicks maximum number of steps of the value axis
 * @param isCount true for an axis of counts, whose ticks are whole numbers
 * @param write formats a value of the value axis with its unit
 * @param ends labels with the names of series at the right edge; a narrow chart shows the names only in the legend
 */
export function PlotChart({
  data,
  x,
  bottom: givenBottom = 0,
  top: givenTop,
  mostTicks,
  isCount = false,
  write,
  gaps = [],
  limits = [],
  ends = [],
  children,
}: {
  data: readonly { x: number }[]
  x: XAxisTicks
  bottom?: number
  top: number
  mostTicks?: number
  isCount?: boolean
  write: (value: number) => string
  gaps?: readonly PlotGap[]
  limits?: readonly PlotLimit[]
  ends?: readonly EndLabel[]
  children: ReactNode
}) {
  const { width, height, scale } = usePlotSize()
  const hidden = use(HiddenSeriesContext)
  const { bottom, top } = useMemo(() => {
    const given = { bottom: givenBottom, top: givenTop }
    return hidden.size === 0 ? given : fitAxisToSeries(data, hidden, given)
  }, [data, hidden, givenBottom, givenTop])
  const { inset, textPx } = createPlotTheme(scale)
  const [from, to] = x.domain
  const labels = new Map(x.ticks.map(({ at, label }) => [at, label]))
  const [hatch, clip] = [useId(), useId()]
  const type = { fontSize: SVG_FONT_SIZES.tick * scale, fill: 'var(--ink-3)' }
  const dashes = { stroke: 'var(--ink-2)', strokeWidth: scale, strokeDasharray: `${4 * scale} ${3 * scale}` }
  const given = useMemo(() => ({ points: data, bottom, clip }), [data, bottom, clip])
  const drawn = limits.filter(({ value }) => value <= top && value >= bottom)
  const above = limits.filter(({ value, words }) => value > top && words !== '')
  const sides: SideLabel[] = [
    ...drawn.flatMap(({ value, words }) => (words ? [{ value, lines: wrapIntoTwoLines(words) }] : [])),
    ...(width < NARROW_PX * scale ? [] : ends)
      .filter(({ dataKey }) => !hidden.has(dataKey))
      .map(({ value, words, ink }) => ({ value, lines: wrapIntoTwoLines(words), ink })),
  ]
  const letters = Math.max(0, ...sides.flatMap(({ lines }) => lines.map(({ length }) => length)))
  const right = letters === 0 ? inset.right : 8 * scale + letters * textPx * LETTER
  const margin = { top: above.length > 0 ? textPx * 1.5 : inset.top, right, bottom: 0, left: 0 }
  return (
    <ComposedChart width={width} height={height} margin={margin} data-chart {...useCrosshairSliderProperties()}>
      <CartesianGrid vertical={false} stroke="var(--line)" strokeWidth={scale} />
      <XAxis
        type="number"
        dataKey="x"
        domain={[from, to]}
        allowDataOverflow
        ticks={x.ticks.map(({ at }) => at)}
        tickFormatter={(at: number) => labels.get(at) ?? ''}
        interval={0}
        height={inset.bottom}
        tickLine={false}
        tickMargin={4 * scale}
        axisLine={{ stroke: 'var(--line-strong)', strokeWidth: scale }}
        tick={type}
      />
      <YAxis
        type="number"
        domain={[bottom, top]}
        allowDataOverflow
        ticks={chooseValueTicks(bottom, top, mostTicks, isCount)}
        tickFormatter={write}
        interval={0}
        width={inset.left}
        tickLine={false}
        axisLine={false}
        tick={{ ...type, width: inset.left * 2 }}
      />
      <pattern
        id={hatch}
        width={5 * scale}
        height={5 * scale}
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <line y2={5 * scale} stroke="var(--hatch)" strokeWidth={2 * scale} />
      </pattern>
      {gaps.map((gap) => (
        <ReferenceArea
          key={gap.from}
          x1={Math.max(from, gap.from)}
          x2={Math.min(to, gap.to)}
          zIndex={0}
          fill={`url(#${hatch})`}
          fillOpacity={gap.isPartial ? 0.45 : 1}
          stroke="none"
          data-gap={gap.isPartial ? 'partial' : 'whole'}
        />
      ))}
      <PlotClipPath id={clip} />
      <PlotPointsContext value={given}>{children}</PlotPointsContext>
      {drawn.map(({ value }) => (
        <ReferenceLine key={value} y={value} {...dashes} />
      ))}
      <OutsideLabels sides={sides} above={above} />
      {x.isOverTime && <ClockMark domain={x.domain} />}
      {x.isOverTime && <NoteMarks domain={x.domain} />}
      <ChartPointerOverlay />
    </ComposedChart>
  )
}

/** Average width of a letter as a share of the font size. */
const LETTER = 0.58

/** Label in the right margin at the height of a value. */
interface SideLabel {
  value: number
  lines: string[]
  ink?: SeriesColorName
}

/**
 * Draws the labels of reference lines and series in the right margin at the height of their lines, without overlap. A
 * limit above the top of the value axis has no line. Its label is above the plot, after an arrow.
 */
function OutsideLabels({ sides, above }: { sides: readonly SideLabel[]; above: readonly PlotLimit[] }) {
  const space = usePlotScales()
  if (!space) return null
  const { area, y, scale, textPx } = space
  const line = textPx * 1.15
  const places = placeLineLabels(
    sides.map(({ value }) => y(value) - area.y),
    line * Math.max(1, ...sides.map(({ lines }) => lines.length)),
    area.height,
  )
  return (
    <g fontSize={textPx} fill="var(--ink-2)">
      {places.map(({ index, y: centre }) => {
        const { lines = [], ink } = sides[index] ?? {}
        const first = area.y + centre - ((lines.length - 1) * line) / 2
        return lines.map((words, row) => (
          <text
            key={`${index} ${words}`}
            x={area.x + area.width + 5 * scale}
            y={first + row * line}
            dy="0.35em"
            {...(ink && { fill: getSeriesColor(ink) })}
          >
            {words}
          </text>
        ))
      })}
      {above.length > 0 && (
        <text x={area.x} y={area.y - textPx * 0.5}>
          {above.map(({ words }) => `↑ ${words}`).join(' · ')}
        </text>
      )}
    </g>
  )
}

/**
 * Draws a line at the past moment that the user selected for the page. The part of the chart after this moment is drawn
 * paler.
 */
function ClockMark({ domain: [from, to] }: { domain: readonly [number, number] }) {
  const at = Date.parse(useSelectedPastMoment() ?? '')
  const space = usePlotScales()
  if (!space || !(at > from && at < to)) return null
  const { area, x, scale } = space
  return <ShownMomentLine x={x(at)} right={area.x + area.width} y={area.y} height={area.height} scale={scale} />
}
