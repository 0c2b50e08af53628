import { type ReactNode, useId, useMemo } from 'react'
import type { PlotGap, PlotLimit } from './plot-model.ts'
import { PlotClip, PlotPointsContext } from './plot-series.tsx'
import { usePlotSize } from './plot-size.ts'
import { plotSpace, PlotSpaceContext, usePlotSpace } from './plot-space.ts'
import { TYPE } from '../../ui/drawing/type-scale.ts'
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
 * it needs a `PlotFrame` around it.
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
  const size = usePlotSize()
  const [from, to] = x.domain
  const space = useMemo(() => plotSpace(size, [from, to], [bottom, top]), [size, from, to, bottom, top])
  const [hatch, clip] = [useId(), useId()]
  const given = useMemo(() => ({ points: data, bottom, clip }), [data, bottom, clip])
  return (
    <svg width={size.width} height={size.height} viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden data-chart>
      <PlotSpaceContext value={space}>
        <Grid ticks={ticks} />
        <GapHatches id={hatch} gaps={gaps} domain={x.domain} />
        <PlotClip id={clip} />
        <PlotPointsContext value={given}>{children}</PlotPointsContext>
        <Axes x={x} y={ticks} write={write} />
        <LimitLines limits={limits} bottom={bottom} top={top} />
        {x.isOverTime && <ClockMark domain={x.domain} />}
        {x.isOverTime && <NoteMarks domain={x.domain} />}
      </PlotSpaceContext>
    </svg>
  )
}

/** A line across for each label of the value axis. */
function Grid({ ticks }: { ticks: readonly number[] }) {
  const { area, y, scale } = usePlotSpace()
  return (
    <g data-grid>
      {ticks.map((value) => (
        <line
          key={value}
          x1={area.x}
          x2={area.x + area.width}
          y1={y(value)}
          y2={y(value)}
          stroke="var(--line)"
          strokeWidth={scale}
        />
      ))}
    </g>
  )
}

/** Space between the plotted area and the labels of its axes, px at the usual size of type. */
const LABELS_AWAY = { x: 11, y: 8 }

/** The line of the x axis and the labels of both. */
function Axes({ x, y, write }: { x: XTicks; y: readonly number[]; write: (value: number) => string }) {
  const { area, scale, ...places } = usePlotSpace()
  const foot = area.y + area.height
  return (
    <g fontSize={TYPE.tick * scale} fill="var(--ink-3)">
      <line x1={area.x} x2={area.x + area.width} y1={foot} y2={foot} stroke="var(--line-strong)" strokeWidth={scale} />
      {x.ticks.map(({ at, label }) => (
        <text key={at} x={places.x(at)} y={foot + LABELS_AWAY.x * scale} dy="0.71em" textAnchor="middle">
          {label}
        </text>
      ))}
      {y.map((value) => (
        <text key={value} x={area.x - LABELS_AWAY.y * scale} y={places.y(value)} dy="0.355em" textAnchor="end">
          {write(value)}
        </text>
      ))}
    </g>
  )
}

/** Reference lines with their words, if any, at the right; what lies above the top of the axis is named at the left, after an arrow. */
function LimitLines({ limits, bottom, top }: { limits: readonly PlotLimit[]; bottom: number; top: number }) {
  const { area, y, scale, textPx } = usePlotSpace()
  if (limits.length === 0) return null
  const drawn = limits
    .filter(({ value }) => value <= top && value >= bottom)
    .map((limit) => ({ ...limit, y: y(limit.value) }))
  const above = limits.filter(({ value }) => value > top).map(({ words }) => `↑ ${words}`)
  const named = drawn.filter(({ words }) => words !== '')
  const places = labelPlaces(
    named.map((line) => line.y - area.y),
    textPx * 1.3,
    area.height,
  )
  const right = area.x + area.width
  return (
    <>
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
    </>
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
  const { area, x, scale } = usePlotSpace()
  if (gaps.length === 0) return null
  const size = 5 * scale
  return (
    <g>
      <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line y2={size} style={{ stroke: 'var(--hatch)' }} strokeWidth={2 * scale} />
      </pattern>
      {gaps.map((gap) => {
        const [left, right] = [x(Math.max(from, gap.from)), x(Math.min(to, gap.to))]
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
  const { area, x, scale } = usePlotSpace()
  if (!(at > from && at < to)) return null
  return <AfterClock x={x(at)} right={area.x + area.width} y={area.y} height={area.height} scale={scale} />
}

/** Width of a letter as a share of the size of its type, on average. */
const LETTER = 0.55

/** What people wrote: a thin line at its time, with as much of its text as there is room for before the next; of a range the time is shaded. */
function NoteMarks({ domain: [from, to] }: { domain: readonly [number, number] }) {
  const notes = useNotes()?.notes ?? []
  const { area, x, scale, textPx } = usePlotSpace()
  const right = area.x + area.width
  // at the foot: limits are named at the top
  const foot = area.y + area.height - 4 * scale
  const within = (at: number) => Math.min(right, Math.max(area.x, x(at)))
  const placed = notesIn(notes, from, to).map((note) => {
    const time = timeOfNote(note)
    return { ...note, left: within(time.from), end: within(time.to) }
  })
  return (
    <>
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
    </>
  )
}
