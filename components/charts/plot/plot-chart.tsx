import { type ReactNode, useId, useMemo } from 'react'
import {
  CartesianGrid,
  ComposedChart,
  XAxis,
  YAxis,
  usePlotArea,
  useYAxisScale,
  ZIndexLayer,
  useXAxisScale,
} from 'recharts'
import type { PlotGap, PlotLimit } from './plot-model.ts'
import { PlotClip, PlotPointsContext } from './plot-series.tsx'
import { usePlotSize } from './plot-size.ts'
import { plotTheme } from './theme.ts'
import type { XTicks } from './use-x-ticks.ts'
import { valueTicks } from './value-ticks.ts'
import { AfterClock } from '../after-clock.tsx'
import { labelPlaces } from './label-places.ts'
import { PlotLabel } from './plot-label.tsx'
import { cutText, notesIn, timeOfNote } from '../../notes/note-words.ts'
import { useNotes } from '../../notes/notes.tsx'
import { useAsOf } from '../../links/range-search.tsx'

/**
 * The axes, grid, gaps and reference lines of all charts. Series are its children (`PlotLine`, `PlotArea`), of the key `x` and their own;
 * it needs a `PlotFrame` around it. Imports the charting library: only a part that is loaded with `lazyPlot` may import it.
 * @param data points in order of `x`; null = not known, and never drawn
 * @param top of the value axis; what is above is cut off
 * @param write a value of the value axis, with its unit
 */
export function PlotChart({
  data,
  x,
  bottom = 0,
  top,
  ticks = valueTicks(bottom, top),
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
  const { axis, grid, inset } = plotTheme(scale)
  const [hatch, clip] = [useId(), useId()]
  const given = useMemo(() => ({ points: data, bottom, clip }), [data, bottom, clip])
  const labels = new Map(x.ticks.map(({ at, label }) => [at, label]))
  return (
    <ComposedChart
      width={width}
      height={height}
      margin={{ top: inset.top, right: inset.right, bottom: 0, left: 0 }}
      accessibilityLayer={false}
      aria-hidden
    >
      <CartesianGrid {...grid} horizontalValues={ticks} />
      <XAxis
        {...axis}
        // read from no data, but without it the library takes the axis for one of categories
        dataKey="x"
        type="number"
        height={inset.bottom}
        domain={[...x.domain]}
        allowDataOverflow
        ticks={x.ticks.map(({ at }) => at)}
        interval={0}
        tickMargin={5 * scale}
        tickFormatter={(at: number) => labels.get(at) ?? ''}
      />
      <YAxis
        {...axis}
        axisLine={false}
        width={inset.left}
        domain={[bottom, top]}
        allowDataOverflow
        ticks={ticks}
        interval={0}
        tickFormatter={write}
      />
      <GapHatches id={hatch} gaps={gaps} domain={x.domain} />
      <PlotClip id={clip} />
      <PlotPointsContext value={given}>{children}</PlotPointsContext>
      <LimitLines limits={limits} bottom={bottom} top={top} />
      <NoteMarks domain={x.domain} />
      <ClockMark domain={x.domain} />
    </ComposedChart>
  )
}

/** Above all series, below no label. */
const Z_INDEX = 1_500

/** Reference lines with their words, if any, at the right; what lies above the top of the axis is named at the left, after an arrow. */
function LimitLines({ limits, bottom, top }: { limits: readonly PlotLimit[]; bottom: number; top: number }) {
  const y = useYAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  if (!y || !area || limits.length === 0) return null
  const { textPx } = plotTheme(scale)
  const drawn = limits
    .filter(({ value }) => value <= top && value >= bottom)
    .map((limit) => ({ ...limit, y: y(limit.value) ?? area.y }))
  const above = limits.filter(({ value }) => value > top).map(({ words }) => `↑ ${words}`)
  const named = drawn.filter(({ words }) => words !== '')
  const places = labelPlaces(
    named.map((line) => line.y - area.y),
    textPx * 1.3,
    area.height,
  )
  const right = area.x + area.width
  return (
    <ZIndexLayer zIndex={Z_INDEX}>
      {drawn.map((line) => (
        <line
          key={line.value}
          x1={area.x}
          x2={right}
          y1={line.y}
          y2={line.y}
          strokeDasharray={`${4 * scale} ${3 * scale}`}
          strokeWidth={scale}
          style={{ stroke: 'var(--ink-2)' }}
        />
      ))}
      {places.map(({ index, y: centre }) => (
        <PlotLabel
          key={named[index]?.words ?? ''}
          x={right - 4 * scale}
          y={area.y + centre}
          anchor="end"
          textPx={textPx}
        >
          {named[index]?.words ?? ''}
        </PlotLabel>
      ))}
      {above.length > 0 && (
        <PlotLabel x={area.x + 4 * scale} y={area.y + textPx * 1.1} anchor="start" textPx={textPx}>
          {above.join(' · ')}
        </PlotLabel>
      )}
    </ZIndexLayer>
  )
}

/** Ranges of which nothing is known are hatched over the whole height; of which a part is known, faintly. Never a hue. */
function GapHatches({
  id,
  gaps,
  domain: [from, to],
}: {
  id: string
  gaps: readonly PlotGap[]
  domain: readonly [number, number]
}) {
  const x = useXAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  if (!x || !area || gaps.length === 0) return null
  const size = 5 * scale
  return (
    <g>
      <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line y2={size} style={{ stroke: 'var(--hatch)' }} strokeWidth={2 * scale} />
      </pattern>
      {gaps.map((gap) => {
        const [left, right] = [x(Math.max(from, gap.from)) ?? area.x, x(Math.min(to, gap.to)) ?? area.x]
        return (
          <rect
            key={gap.from}
            x={left}
            y={area.y}
            width={Math.max(0, right - left)}
            height={area.height}
            fill={`url(#${id})`}
            opacity={gap.isPartial ? 0.45 : 1}
            data-gap={gap.isPartial ? 'partial' : 'whole'}
          />
        )
      })}
    </g>
  )
}

/** Where the clock stands in the past: a line at its moment, and what came after it paler. */
function ClockMark({ domain: [from, to] }: { domain: readonly [number, number] }) {
  const at = Date.parse(useAsOf() ?? '')
  const x = useXAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  const place = x?.(at)
  if (!area || place === undefined || !(at > from && at < to)) return null
  return (
    <ZIndexLayer zIndex={Z_INDEX}>
      <AfterClock x={place} right={area.x + area.width} y={area.y} height={area.height} scale={scale} />
    </ZIndexLayer>
  )
}

/** Above all series and limits. */
const NOTES_Z_INDEX = 1_600
/** Width of a letter as a share of the size of its type, on average. */
const LETTER = 0.55

/** What people wrote: a thin line at its time, with as much of its text as there is room for before the next; of a range the time is shaded. */
function NoteMarks({ domain: [from, to] }: { domain: readonly [number, number] }) {
  const notes = useNotes()?.notes ?? []
  const x = useXAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  if (!x || !area) return null
  const { textPx } = plotTheme(scale)
  const right = area.x + area.width
  // at the foot: limits are named at the top
  const foot = area.y + area.height - 4 * scale
  const within = (at: number) => Math.min(right, Math.max(area.x, x(at) ?? area.x))
  const placed = notesIn(notes, from, to).map((note) => {
    const time = timeOfNote(note)
    return { ...note, left: within(time.from), end: within(time.to) }
  })
  return (
    <ZIndexLayer zIndex={NOTES_Z_INDEX}>
      {placed.map(({ id, text, left, end }, index) => {
        const letters = Math.floor(((placed[index + 1]?.left ?? right) - left - 10 * scale) / (textPx * LETTER))
        return (
          <g key={id} data-note>
            <rect
              x={left}
              y={area.y}
              width={end - left}
              height={area.height}
              fillOpacity={0.08}
              style={{ fill: 'var(--ink)' }}
            />
            <line
              x1={left}
              x2={left}
              y1={area.y}
              y2={area.y + area.height}
              strokeWidth={scale}
              style={{ stroke: 'var(--ink)' }}
            />
            <path
              d={`M${left} ${foot}l${6 * scale} ${-3.5 * scale}l${-6 * scale} ${-3.5 * scale}Z`}
              style={{ fill: 'var(--ink)' }}
            />
            <PlotLabel x={left + 9 * scale} y={foot - 3.5 * scale} anchor="start" textPx={textPx} color="var(--ink)">
              {cutText(text, letters)}
            </PlotLabel>
          </g>
        )
      })}
    </ZIndexLayer>
  )
}
