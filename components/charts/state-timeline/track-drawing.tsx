import { type ChartLayout, type PlacedTrack, type PlacedMark, placeMarks } from './chart-layout.ts'
import { cutText } from '../../notes/note-words.ts'
import { hueOf } from './chart-hatches.tsx'
import type { Mark } from './tracks.ts'
import { TYPE } from '../../ui/drawing/type-scale.ts'
import { SeriesDrawing } from './series-drawing.tsx'
import { shareOf, type TimeWindow } from './time-window.ts'

/** Width of one letter of a name, px at the usual size: longer text is cut. */
const LETTER = 6.9
/** Width of one letter of a word on a bar: semibold capitals. */
const CAPITAL = 9.3

const cut = (text: string, width: number, letter: number): string => {
  const most = Math.max(3, Math.floor(width / letter))
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** A track: its name, its marks, and the times without data. */
export function TrackDrawing({
  placed: { track, y, height, label },
  plot,
  rowHeight,
  window,
  now,
  scale,
  hatches,
}: {
  placed: PlacedTrack
  plot: ChartLayout['plot']
  rowHeight: number
  window: TimeWindow
  now: number
  scale: number
  hatches: string
}) {
  const isAbove = plot.x === 0
  const letter = LETTER * scale
  const inner = (at: number) => Math.min(1, Math.max(0, shareOf(window, at))) * plot.width
  const beginsAfter = (end: number) => track.unseen.map(({ from }) => inner(from)).filter((x) => x > end - 1)
  return (
    <g data-track={track.name}>
      <text x={label.x} y={label.y} fontSize={TYPE.text * scale} style={{ fill: 'var(--ink)' }} fontWeight={500}>
        <tspan textDecoration={track.href && 'underline'}>{cut(track.name, label.width, letter)}</tspan>
        {isAbove && track.part && (
          <tspan dx={6 * scale} fontWeight={400} style={{ fill: 'var(--ink-2)' }}>
            {cut(track.part, label.width - (track.name.length + 1) * letter, letter)}
          </tspan>
        )}
      </text>
      {!isAbove && track.part && (
        <text x={label.x} y={label.y + 16 * scale} fontSize={TYPE.text * scale} style={{ fill: 'var(--ink-2)' }}>
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
        {placeMarks(track.marks, window, plot.width, now, scale).map((placed) => (
          <MarkDrawing
            key={placed.mark.key}
            // a word over a time without data would be said of it
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

/** Letters on a bar: yellow carries dark ones in both themes. */
const onInk = ({ ink }: Mark) => (ink === 'degraded' ? '#0b0f14' : 'var(--surface)')

function MarkDrawing({
  placed,
  top,
  size,
  scale,
  hatches,
}: {
  placed: PlacedMark
  top: number
  size: number
  scale: number
  hatches: string
}) {
  const { mark, bar, room } = placed
  const [begin, end] = placed.extent
  const hue = hueOf(mark.ink)
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
  // a label is drawn on the certain part or beside the bar, so that the hatched part stays visible
  const [certainX, certainWidth] = bar.certain ?? [begin, 0]
  const most = Math.floor(Math.max(certainWidth - 10 * scale, room - end - 6 * scale) / (CAPITAL * scale))
  const word = mark.isCut ? cutText(mark.word, most) : mark.word
  const letters = CAPITAL * scale * word.length
  const fits = certainWidth > letters + 10 * scale
  const textX = fits ? certainX + 5 * scale : end + (bar.isOpen ? 11 : 5) * scale
  const isSaid = !mark.isQuiet && (fits || textX + letters < room)
  // healthy is a thin line, so that problems stand out
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
          fontSize={TYPE.text * scale}
          fontWeight={600}
          style={{ fill: fits ? onInk(mark) : 'var(--ink)' }}
        >
          {word}
        </text>
      )}
    </g>
  )
}
