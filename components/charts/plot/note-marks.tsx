import { DefaultZIndexes, ReferenceArea, ReferenceLine, ZIndexLayer } from 'recharts'
import { truncateText, filterNotes, parseNoteTime } from '../../notes/note-text.ts'
import { useNotes } from '../../notes/notes.tsx'
import { usePlotScales } from './plot-space.ts'
import { getLabelStyle } from './plot-theme.ts'

/** Average width of a letter as a share of the font size. */
const LETTER = 0.55

/**
 * Draws the users' notes in a chart over time: a thin line at the start of each note, its time range shaded, and as
 * much of its text as fits before the next note.
 */
export function NoteMarks({ domain: [from, to] }: { domain: readonly [number, number] }) {
  const notes = useNotes()?.notes ?? []
  const space = usePlotScales()
  if (!space) return null
  const { area, x, scale, textPx } = space
  const right = area.x + area.width
  // Labels of reference lines are at the top of the plot. The texts of notes are therefore at the bottom.
  const foot = area.y + area.height - 4 * scale
  const within = (at: number) => Math.min(to, Math.max(from, at))
  const placed = filterNotes(notes, from, to).map((note) => ({ ...note, time: parseNoteTime(note) }))
  return placed.map(({ id, text, time }, index) => {
    const left = x(within(time.from))
    const next = placed[index + 1]
    const letters = Math.floor(((next ? x(within(next.time.from)) : right) - left - 10 * scale) / (textPx * LETTER))
    return (
      <g key={id} data-note>
        <ReferenceArea x1={within(time.from)} x2={within(time.to)} fill="var(--ink)" fillOpacity={0.08} />
        <ReferenceLine x={within(time.from)} stroke="var(--ink)" strokeWidth={scale} />
        <path
          d={`M${left} ${foot}l${6 * scale} ${-3.5 * scale}l${-6 * scale} ${-3.5 * scale}Z`}
          style={{ fill: 'var(--ink)' }}
        />
        <ZIndexLayer zIndex={DefaultZIndexes.label}>
          <text {...getLabelStyle(scale, 'var(--ink)')} x={left + 9 * scale} y={foot - 3.5 * scale} dy="0.35em">
            {truncateText(text, letters)}
          </text>
        </ZIndexLayer>
      </g>
    )
  })
}
