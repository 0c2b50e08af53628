import { formatMoment, zoneLabel } from '../../format/instant.ts'
import { certaintyAt, type TimeLane } from './lanes.ts'
import { momentAt, type TimeWindow } from './time-window.ts'

const COLUMNS = 60

/**
 * The lanes as text of one width, for a ticket: `#` certainly so, `/` perhaps so, `+` happened here or near, `?` not seen, `.` nothing.
 * @returns lines without a fence
 */
export function textPicture(lanes: readonly TimeLane[], window: TimeWindow, zone = 'UTC'): string {
  const labels = lanes.map(({ name, part }) => (part ? `${name} ${part}` : name))
  const gutter = Math.max(0, ...labels.map((label) => label.length))
  const lines = lanes.map((lane, i) => `${(labels[i] ?? '').padEnd(gutter)} |${barOf(lane, window)}|`)
  const begin = formatMoment(window.from, zone, null)
  const end = `${formatMoment(window.to, zone, window.from)} ${zoneLabel(window.to, zone)}`
  const axis = `${' '.repeat(gutter + 2)}${begin}${end.padStart(COLUMNS - begin.length)}`
  return [...lines, axis, '# certain   / possible   + at this time   ? not seen'].join('\n')
}

function barOf(lane: TimeLane, window: TimeWindow): string {
  return Array.from({ length: COLUMNS }, (_, column) =>
    signOf(lane, momentAt(window, column / COLUMNS), momentAt(window, (column + 1) / COLUMNS)),
  ).join('')
}

/** The strongest thing that is to be said of a cell's time. What is shorter than a cell is still there. */
function signOf(lane: TimeLane, from: number, to: number): string {
  const touching = lane.marks.filter((mark) => mark.from[0] < to && (mark.to?.[1] ?? mark.from[1] + 1) >= from)
  const stretches = lane.marks.filter((mark) => !mark.isPoint && mark.from[0] < to && (!mark.to || mark.to[1] > from))
  const isCertain = stretches.some(
    (mark) =>
      certaintyAt(mark, (from + to) / 2) === 'certain' ||
      (mark.from[1] >= from && mark.to !== null && mark.to[0] <= to && mark.from[1] < mark.to[0]),
  )
  if (isCertain) return '#'
  if (touching.some(({ isPoint }) => isPoint)) return '+'
  if (stretches.length > 0) return '/'
  return lane.unseen.some((gap) => gap.from < to && gap.to > from) ? '?' : '.'
}
