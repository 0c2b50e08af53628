import {
  type TimelineLayout,
  type PlacedTimelineTrack,
  type PlacedTimelineMark,
  formatRowName,
  placeTimelineMarks,
} from './chart-layout.ts'
import { truncateText } from '../../notes/note-text.ts'
import { getMarkCssColor } from './chart-hatches.tsx'
import type { TimelineMark } from './timeline-tracks.ts'
import { SVG_FONT_SIZES } from '../../ui/drawing/type-scale.ts'
import { computePositionInWindow, type TimeWindow } from './time-window.ts'
import { memo } from 'react'
import { type TimelineReferenceLine, type TimelineTrackSeries, buildTimelineLinePaths } from './track-series.ts'

/**
 * Estimated width of a letter of a track's name, px at the default font size. It determines at which length a name is
 * cut.
 */
const LETTER = 6.9
/** Estimated width of a letter of a label on a bar, which is in semibold capitals, px at the default font size. */
const CAPITAL = 9.3

const cut = (text: string, width: number, letter: number): string => {
  const most = Math.max(3, Math.floor(width / letter))
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** Draws a track: its name, the bars of its states and events, its numeric series, and the times without data. */
export function TimelineTrackDrawing({
  placed: { track, y, height, label },
  plot,
  rowHeight,
  window,
  now,
  scale,
  hatches,
}: {
  placed: PlacedTimelineTrack
  plot: TimelineLayout['plot']
  rowHeight: number
  window: TimeWindow
  now: number
  scale: number
  hatches: string
}) {
  const isAbove = plot.x === 0
  const letter = LETTER * scale
  const inner = (at: number) => Math.min(1, Math.max(0, computePositionInWindow(window, at))) * plot.width
  const beginsAfter = (end: number) => track.unseen.map(({ from }) => inner(from)).filter((x) => x > end - 1)
  return (
    <g data-track={track.name}>
      <text
        x={label.x}
        y={label.y}
        fontSize={SVG_FONT_SIZES.text * scale}
        style={{ fill: 'var(--ink)' }}
        fontWeight={500}
      >
        <tspan textDecoration={track.href && 'underline'}>{cut(track.name, label.width, letter)}</tspan>
        {isAbove && track.part && (
          <tspan dx={6 * scale} fontWeight={400} style={{ fill: 'var(--ink-2)' }}>
            {cut(track.part, label.width - (track.name.length + 1) * letter, letter)}
          </tspan>
        )}
      </text>
      {!isAbove &&
        track.rowNames?.map((name, row) => (
          <text
            key={name}
            x={plot.x - 8 * scale}
            y={y + (height - track.rows * rowHeight) / 2 + (row + 0.5) * rowHeight}
            dy="0.35em"
            textAnchor="end"
            fontSize={SVG_FONT_SIZES.tick * scale}
            style={{ fill: 'var(--ink-3)' }}
          >
            {formatRowName(name)}
          </text>
        ))}
      {!isAbove && track.part && (
        <text
          x={label.x}
          y={label.y + 16 * scale}
          fontSize={SVG_FONT_SIZES.text * scale}
          style={{ fill: 'var(--ink-2)' }}
        >
          {cut(track.part, label.width, letter)}
        </text>
      )}
      <rect x={plot.x} y={y} width={plot.width} height={height} rx={2 * scale} style={{ fill: 'var(--sunken)' }} />
      <svg x={plot.x} y={y} width={plot.width} height={height} overflow="hidden">
        {track.unseen.map((gap) => (
          <rect
            key={`${gap.from}/${gap.to}`}
            x={inner(gap.from)}
            y={0}
            width={Math.max(1, inner(gap.to) - inner(gap.from))}
            height={height}
            fill={`url(#${hatches}-unknown)`}
            data-unseen
          >
            <title>{`no data: ${gap.why.replaceAll('_', ' ')}`}</title>
          </rect>
        ))}
        {track.series && (
          <SeriesDrawing series={track.series} window={window} width={plot.width} height={height} scale={scale} />
        )}
        {placeTimelineMarks(track.marks, window, plot.width, now, scale).map((placed) => (
          <MarkDrawing
            key={placed.mark.key}
            // The label ends before the next time without data, because a label over that time would seem to describe
            // it.
            placed={{ ...placed, room: Math.min(placed.room, ...beginsAfter(placed.extent[1])) }}
            top={(height - track.rows * rowHeight) / 2 + placed.mark.row * rowHeight + 2 * scale}
            size={rowHeight - 4 * scale}
            scale={scale}
            hatches={hatches}
          />
        ))}
      </svg>
    </g>
  )
}

/** Returns the color of the label on a bar. Yellow bars need dark letters in both themes. */
const onInk = ({ ink }: TimelineMark) => (ink === 'degraded' ? '#0b0f14' : 'var(--surface)')

function MarkDrawing({
  placed,
  top,
  size,
  scale,
  hatches,
}: {
  placed: PlacedTimelineMark
  top: number
  size: number
  scale: number
  hatches: string
}) {
  const { mark, bar, room } = placed
  const [begin, end] = placed.extent
  const hue = getMarkCssColor(mark.ink)
  const possible = `url(#${hatches}-${mark.ink})`
  if (mark.isPoint) {
    const middle = (begin + end) / 2
    const half = size / 2.6
    return (
      <g>
        <title>{mark.title}</title>
        {bar.before && (
          <rect
            x={bar.before[0]}
            y={top + size / 2 - 2 * scale}
            width={bar.before[1]}
            height={4 * scale}
            fill={possible}
          />
        )}
        <path
          d={`M${middle} ${top + size / 2 - half}l${half} ${half}l${-half} ${half}l${-half} ${-half}Z`}
          strokeWidth={1.4 * scale}
          style={{ fill: 'var(--surface)', stroke: hue }}
        />
      </g>
    )
  }
  // the label is drawn on the certain part of the bar or next to the bar, so that the hatched part stays visible
  const [certainX, certainWidth] = bar.certain ?? [begin, 0]
  const most = Math.floor(Math.max(certainWidth - 10 * scale, room - end - 6 * scale) / (CAPITAL * scale))
  const word = mark.isCut ? truncateText(mark.word, most) : mark.word
  const letters = CAPITAL * scale * word.length
  const fits = certainWidth > letters + 10 * scale
  const textX = fits ? certainX + 5 * scale : end + (bar.isOpen ? 11 : 5) * scale
  const isSaid = !mark.isQuiet && (fits || textX + letters < room)
  // Healthy states are drawn as thin lines, so that problems are easier to see.
  const [barTop, barSize] = mark.isQuiet ? [top + size * 0.36, size * 0.28] : [top, size]
  return (
    <g>
      <title>{mark.title}</title>
      {bar.before && (
        <rect x={bar.before[0]} y={barTop} width={bar.before[1]} height={barSize} fill={possible} data-possible />
      )}
      {bar.after && (
        <rect x={bar.after[0]} y={barTop} width={bar.after[1]} height={barSize} fill={possible} data-possible />
      )}
      {bar.certain && (
        <rect
          x={bar.certain[0]}
          y={barTop}
          width={bar.certain[1]}
          height={barSize}
          style={{ fill: hue }}
          data-certain
        />
      )}
      {bar.isOpen && !mark.isQuiet && (
        <path d={`M${end} ${top}l${6 * scale} ${size / 2}l${-6 * scale} ${size / 2}Z`} style={{ fill: hue }} />
      )}
      {isSaid && (
        <text
          x={textX}
          y={top + size / 2 + 4.6 * scale}
          fontSize={SVG_FONT_SIZES.text * scale}
          fontWeight={600}
          style={{ fill: fits ? onInk(mark) : 'var(--ink)' }}
        >
          {word}
        </text>
      )}
    </g>
  )
}

/** Space above the highest value of a numeric series for the label of the scale, px at the default font size. */
const AIR = 16

/**
 * Draws the numeric series of a track: a line at the highest values, a band down to the lowest values, and the
 * reference lines. Memoized, so that it renders only when its own series, the size or the visible time window changes.
 */
const SeriesDrawing = memo(function SeriesDrawing({
  series: { lines, guides, top, write },
  window,
  width,
  height,
  scale,
}: {
  series: TimelineTrackSeries
  window: TimeWindow
  width: number
  height: number
  scale: number
}) {
  const x = (at: number) => computePositionInWindow(window, at) * width
  const below = lines.find(({ side }) => side?.isBelow)?.side
  const above = lines.find(({ side }) => side && !side.isBelow)?.side
  const air = AIR * scale
  const zero = below ? height / 2 : height
  const y = (value: number, isBelow = false) => zero - (isBelow ? -1 : 1) * (Math.min(value, top) / top) * (zero - air)
  const small = SVG_FONT_SIZES.tick * scale
  const inSight = guides.filter(({ value }) => value <= top)
  const beyond = guides.filter(({ value }) => value > top)
  return (
    <>
      <line x1={0} x2={width} y1={y(top)} y2={y(top)} strokeWidth={scale} style={{ stroke: 'var(--line)' }} />
      {lines.map((line) => {
        const { curve, band } = buildTimelineLinePaths(line, x, (value) => y(value, line.side?.isBelow))
        const key = [line.name, line.side?.name].filter(Boolean).join(' ')
        return (
          <g key={key} data-line={key}>
            <path d={band} fillOpacity={line.isArea ? 0.22 : 0.3} style={{ fill: getMarkCssColor(line.ink) }} />
            <path
              d={curve}
              fill="none"
              strokeWidth={1.4 * scale}
              {...(line.isDashed && { strokeDasharray: `${7 * scale} ${5 * scale}` })}
              style={{ stroke: getMarkCssColor(line.ink) }}
            />
          </g>
        )
      })}
      {inSight.flatMap((guide) =>
        (below ? [false, true] : [false]).map((isBelow) => (
          <line
            key={`${guide.words} ${isBelow}`}
            x1={0}
            x2={width}
            y1={y(guide.value, isBelow)}
            y2={y(guide.value, isBelow)}
            strokeDasharray={`${4 * scale} ${3 * scale}`}
            strokeWidth={scale}
            style={{ stroke: 'var(--ink-2)' }}
          />
        )),
      )}
      <text x={4 * scale} y={12 * scale} fontSize={small} style={{ fill: 'var(--ink-3)' }}>
        {write(top)} {above?.name}
      </text>
      {below && (
        <>
          <line x1={0} x2={width} y1={zero} y2={zero} strokeWidth={scale} style={{ stroke: 'var(--line-strong)' }} />
          <line
            x1={0}
            x2={width}
            y1={y(top, true)}
            y2={y(top, true)}
            strokeWidth={scale}
            style={{ stroke: 'var(--line)' }}
          />
          <text x={4 * scale} y={height - 4 * scale} fontSize={small} style={{ fill: 'var(--ink-3)' }}>
            {write(top)} {below.name}
          </text>
        </>
      )}
      <text x={width - 4 * scale} y={12 * scale} fontSize={small} textAnchor="end" style={{ fill: 'var(--ink-2)' }}>
        {[...inSight.map(formatGuide('- -')), ...beyond.map(formatGuide('↑'))].join(' · ')}
      </text>
    </>
  )
})

const formatGuide =
  (mark: string) =>
  ({ words }: TimelineReferenceLine) =>
    `${mark} ${words}`
