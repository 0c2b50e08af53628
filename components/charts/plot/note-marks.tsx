import { usePlotArea, useXAxisScale, ZIndexLayer } from 'recharts'
import { cutText, notesIn, timeOfNote } from '../../notes/note-words.ts'
import { useNotes } from '../../notes/notes.tsx'
import { PlotLabel } from './plot-label.tsx'
import { usePlotSize } from './plot-size.ts'
import { plotTheme } from './theme.ts'

/** Above all series and limits. */
const Z_INDEX = 1_600
/** Width of a letter as a share of the size of its type, on average. */
const LETTER = 0.55

/** What people wrote: a thin line at its time, with as much of its text as there is room for before the next; of a range the time is shaded. */
export function NoteMarks({ domain: [from, to] }: { domain: readonly [number, number] }) {
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
    <ZIndexLayer zIndex={Z_INDEX}>
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
