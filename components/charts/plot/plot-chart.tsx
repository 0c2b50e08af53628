import { type ReactNode, useId, useMemo } from 'react'
import {
  CartesianGrid,
  ComposedChart,
  DefaultZIndexes,
  ReferenceArea,
  ReferenceLine,
  XAxis,
  YAxis,
  ZIndexLayer,
} from 'recharts'
import { useAsOf } from '../../links/range-search.tsx'
import { SVG_FONT_SIZES } from '../../ui/drawing/type-scale.ts'
import { ShownMomentLine } from '../after-clock.tsx'
import { placeLineLabels } from './label-places.ts'
import { NoteMarks } from './note-marks.tsx'
import type { PlotGap, PlotLimit } from './plot-model.ts'
import { PlotPointer, usePointerEvents } from './plot-pointer.tsx'
import { PlotClip, PlotPointsContext } from './plot-series.tsx'
import { usePlotSize, usePlotSpace } from './plot-space.ts'
import { getLabelStyle, createPlotTheme } from './theme.ts'
import type { XTicks } from './use-x-ticks.ts'
import { chooseValueTicks } from './value-ticks.ts'

/**
 * Draws a chart with Recharts: axes, grid, hatched ranges without data, reference lines, tooltip, and keyboard access.
 * Its children are the series (`PlotLine`, `PlotArea`). A series reads its values from the points under its own key.
 * The chart must be inside a `PlotFrame`.
 * @param data points in order of `x`; null values are unknown and not drawn
 * @param top upper end of the value axis; values above it are cut off
 * @param write formats a value of the value axis with its unit
 */
export function PlotChart({
  data,
  x,
  bottom = 0,
  top,
  ticks = chooseValueTicks(bottom, top),
  write,
  gaps = [],
  limits = [],
  children,
}: {
  data: readonly { x: number }[]
  x: XTicks
  bottom?: number
  top: number
  ticks?: number[]
  write: (value: number) => string
  gaps?: readonly PlotGap[]
  limits?: readonly PlotLimit[]
  children: ReactNode
}) {
  const { width, height, scale } = usePlotSize()
  const { inset } = createPlotTheme(scale)
  const [from, to] = x.domain
  const labels = new Map(x.ticks.map(({ at, label }) => [at, label]))
  const [hatch, clip] = [useId(), useId()]
  const type = { fontSize: SVG_FONT_SIZES.tick * scale, fill: 'var(--ink-3)' }
  const dashes = { stroke: 'var(--ink-2)', strokeWidth: scale, strokeDasharray: `${4 * scale} ${3 * scale}` }
  const given = useMemo(() => ({ points: data, bottom, clip }), [data, bottom, clip])
  return (
    <ComposedChart
      width={width}
      height={height}
      margin={{ top: inset.top, right: inset.right, bottom: 0, left: 0 }}
      data-chart
      {...usePointerEvents()}
    >
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
        ticks={ticks}
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
      <PlotClip id={clip} />
      <PlotPointsContext value={given}>{children}</PlotPointsContext>
      {limits
        .filter(({ value }) => value <= top && value >= bottom)
        .map(({ value }) => (
          <ReferenceLine key={value} y={value} {...dashes} />
        ))}
      <LimitLabels limits={limits} bottom={bottom} top={top} />
      {x.isOverTime && <ClockMark domain={x.domain} />}
      {x.isOverTime && <NoteMarks domain={x.domain} />}
      <PlotPointer />
    </ComposedChart>
  )
}

/**
 * Labels the reference lines at their right end without overlap. A limit above the top of the value axis has no line;
 * its name is shown at the top left after an arrow.
 */
function LimitLabels({ limits, bottom, top }: { limits: readonly PlotLimit[]; bottom: number; top: number }) {
  const space = usePlotSpace()
  if (!space || limits.length === 0) return null
  const { area, y, scale, textPx } = space
  const named = limits.filter(({ value, words }) => value <= top && value >= bottom && words !== '')
  const above = limits.filter(({ value }) => value > top).map(({ words }) => `↑ ${words}`)
  const places = placeLineLabels(
    named.map(({ value }) => y(value) - area.y),
    textPx * 1.3,
    area.height,
  )
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.label}>
      <g {...getLabelStyle(scale)}>
        {places.map(({ index, y: centre }) => (
          <text key={index} x={area.x + area.width - 4 * scale} y={area.y + centre} dy="0.35em" textAnchor="end">
            {named[index]?.words}
          </text>
        ))}
        {above.length > 0 && (
          <text x={area.x + 4 * scale} y={area.y + textPx * 1.1} dy="0.35em">
            {above.join(' · ')}
          </text>
        )}
      </g>
    </ZIndexLayer>
  )
}

/** Draws a line at the past moment that the user selected for the page, and draws later times paler. */
function ClockMark({ domain: [from, to] }: { domain: readonly [number, number] }) {
  const at = Date.parse(useAsOf() ?? '')
  const space = usePlotSpace()
  if (!space || !(at > from && at < to)) return null
  const { area, x, scale } = space
  return <ShownMomentLine x={x(at)} right={area.x + area.width} y={area.y} height={area.height} scale={scale} />
}
