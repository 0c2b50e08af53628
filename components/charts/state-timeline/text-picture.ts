import { formatTimeRange } from '../../format/instant.ts'
import { getMarkCertaintyAt, type TimelineTrack } from './timeline-tracks.ts'
import { computeMomentAtPosition, type TimeWindow } from './time-window.ts'

const COLUMNS = 60

/**
 * Returns the tracks of a state timeline as plain text in a fixed-width grid, for a ticket. The signs are `#` for a
 * certain state, `/` for a possible state, `+` for an event, `?` for no data and `.` for no state.
 * @returns lines without a code fence
 */
export function drawTimelineAsText(tracks: readonly TimelineTrack[], window: TimeWindow, zone = 'UTC'): string {
  const labels = tracks.map(({ name, part }) => (part ? `${name} ${part}` : name))
  const gutter = Math.max(0, ...labels.map((label) => label.length))
  const lines = tracks.map((track, i) => `${(labels[i] ?? '').padEnd(gutter)} |${barOf(track, window)}|`)
  const [begin = '', end = ''] = formatTimeRange(window.from, window.to, zone, null).split(' – ')
  const axis = `${' '.repeat(gutter + 2)}${begin}${end.padStart(COLUMNS - begin.length)}`
  return [...lines, axis, '# certain   / possible   + event   ? no data'].join('\n')
}

function barOf(track: TimelineTrack, window: TimeWindow): string {
  return Array.from({ length: COLUMNS }, (_, column) =>
    signOf(
      track,
      computeMomentAtPosition(window, column / COLUMNS),
      computeMomentAtPosition(window, (column + 1) / COLUMNS),
    ),
  ).join('')
}

/**
 * Returns the sign of the most important state in a column of the text. A state that is shorter than the column still
 * appears.
 */
function signOf(track: TimelineTrack, from: number, to: number): string {
  const touching = track.marks.filter((mark) => mark.from[0] < to && (mark.to?.[1] ?? mark.from[1] + 1) >= from)
  const intervals = track.marks.filter((mark) => !mark.isPoint && mark.from[0] < to && (!mark.to || mark.to[1] > from))
  const isCertain = intervals.some(
    (mark) =>
      getMarkCertaintyAt(mark, (from + to) / 2) === 'certain' ||
      (mark.from[1] >= from && mark.to !== null && mark.to[0] <= to && mark.from[1] < mark.to[0]),
  )
  if (isCertain) return '#'
  if (touching.some(({ isPoint }) => isPoint)) return '+'
  if (intervals.length > 0) return '/'
  return track.unseen.some((gap) => gap.from < to && gap.to > from) ? '?' : '.'
}
