import { truncateText } from '../../notes/note-text.ts'
import type { TimelineTrack, TimelineMark } from './timeline-tracks.ts'
import { computePositionInWindow, type TimeWindow } from './time-window.ts'

/** All sizes in this file are in px at the default font size; they grow with the font size on larger screens. */
/**
 * Widths reserved at the left for the names of tracks (rows of the chart). A chart of at least `WIDE` px uses `wide`,
 * which has space for both addresses of a session.
 */
const GUTTER = { usual: 240, wide: 288 }
const WIDE = 1100
const NARROW = 600
const ROW = 19
const TRACK_GAP = 7
const LABEL = 17
const AXIS = 26
const SLIVER = 2
/** Height of a track with numeric series. */
const SERIES = 72
/**
 * Width reserved for the names of rows, between the names of the tracks and the bars. `letter` is the estimated width
 * of a letter. `most` has space for an IPv4 address of 15 letters.
 */
const ROW_NAMES = { least: 66, most: 112, letter: 6.9, gap: 8 }

/** Returns the name of a row, cut to the maximum width. For a session, it is the address of its first end. */
export function formatRowName(name: string): string {
  const { most, letter, gap } = ROW_NAMES
  return truncateText(name.split(' ↔ ')[0] ?? '', Math.floor((most - gap) / letter))
}

/** Returns the width that the names of all rows need, px at the default font size; 0 if no row has a name. */
function computeRowNamesWidth(tracks: readonly TimelineTrack[]): number {
  const lengths = tracks.flatMap(({ rowNames = [] }) => rowNames.map((name) => formatRowName(name).length))
  const longest = Math.max(0, ...lengths)
  return longest === 0 ? 0 : Math.max(ROW_NAMES.least, longest * ROW_NAMES.letter + ROW_NAMES.gap)
}

export interface PlacedTimelineTrack {
  track: TimelineTrack
  /** top edge of the bars of this track, px */
  y: number
  height: number
  /** position of the track's name, px: left of the bars, or above them on a narrow chart */
  label: { x: number; y: number; width: number }
}

export interface TimelineLayout {
  tracks: PlacedTimelineTrack[]
  plot: { x: number; width: number }
  axisY: number
  height: number
  rowHeight: number
}

/**
 * Returns the positions of all tracks (rows) of a state timeline, and the height of the chart.
 * @param width width of the chart, px
 * @param scale font size relative to 16 px
 * @param names width reserved for the names, px at the default font size
 */
export function layOutTimeline(
  tracks: readonly TimelineTrack[],
  width: number,
  scale: number,
  names: number = width < WIDE * scale ? GUTTER.usual : GUTTER.wide,
): TimelineLayout {
  const isNarrow = width < NARROW * scale
  const gutter = isNarrow ? 0 : (names + computeRowNamesWidth(tracks)) * scale
  const rowHeight = ROW * scale
  let y = TRACK_GAP * scale
  const placed = tracks.map((track): PlacedTimelineTrack => {
    if (isNarrow) y += LABEL * scale
    const least = track.series
      ? (track.series.height ?? SERIES) * scale
      : isNarrow || !track.part
        ? rowHeight
        : 2 * LABEL * scale
    const height = Math.max(track.rows * rowHeight, least)
    const label = isNarrow
      ? { x: 0, y: y - 4 * scale, width }
      : { x: 0, y: y + 12 * scale, width: names * scale - 12 * scale }
    const own = { track, y, height, label }
    y += height + TRACK_GAP * scale
    return own
  })
  return {
    tracks: placed,
    plot: { x: gutter, width: Math.max(1, width - gutter) },
    axisY: y,
    height: y + AXIS * scale,
    rowHeight,
  }
}

interface Bar {
  /**
   * horizontal position and width of the first part of the bar, px within the plot. It lies between the earliest and
   * the latest possible start, so that the state is only possible in it; null = the start is exact
   */
  before: [x: number, width: number] | null
  certain: [x: number, width: number] | null
  after: [x: number, width: number] | null
  /** whether the state is ongoing, so that the bar ends with an arrow */
  isOpen: boolean
}

/**
 * Returns the bar of a mark (a state or an event): a certain part in the middle, and parts at both ends in which the
 * state is only possible. Even a very short mark keeps a visible width. Returns null if the mark is outside the visible
 * time window.
 * @param scale font size relative to 16 px
 */
export function layOutTimelineBar(
  { from, to, isPoint }: TimelineMark,
  window: TimeWindow,
  width: number,
  now: number,
  scale = 1,
): Bar | null {
  // If no recent poll shows whether a state is ongoing, its bar ends with a possible part that reaches the present.
  const last: readonly [number, number] = to ? [to[0], Number.isFinite(to[1]) ? to[1] : now] : [now, now]
  const end = isPoint ? from[1] : Math.max(last[1], from[1])
  if (from[0] > window.to || end < window.from) return null
  const x = (at: number) => Math.min(1, Math.max(0, computePositionInWindow(window, at))) * width
  const piece = (begin: number, until: number, least: number): [number, number] | null => {
    if (until < window.from || begin > window.to || until < begin) return null
    const wide = Math.max(x(until) - x(begin), least)
    return [Math.min(x(begin), width - least), wide]
  }
  if (isPoint) return { before: piece(from[0], from[1], scale), certain: null, after: null, isOpen: false }
  const certainTo = Math.max(from[1], last[0])
  const before = from[1] > from[0] ? piece(from[0], from[1], scale) : null
  const after = to && last[1] > certainTo ? piece(certainTo, last[1], scale) : null
  // A state that begins at the current time has no other part.
  const isMoment = before === null && after === null
  return {
    before,
    certain: last[0] > from[1] || isMoment ? piece(from[1], certainTo, SLIVER * scale) : null,
    after,
    isOpen: to === null && now >= window.from,
  }
}

/**
 * Visible mark (state or event) with its bar. `extent` contains the positions of the bar's left and right end. `room`
 * is the position up to which the label may extend. All positions are in px.
 */
export interface PlacedTimelineMark {
  mark: TimelineMark
  bar: Bar
  extent: [begin: number, end: number]
  room: number
}

/**
 * Returns the visible marks (states and events) of a track with their positions. A label that does not fit on its bar
 * may extend to the right, up to the next mark of the same row.
 */
export function placeTimelineMarks(
  marks: readonly TimelineMark[],
  window: TimeWindow,
  width: number,
  now: number,
  scale = 1,
): PlacedTimelineMark[] {
  const drawn = marks.flatMap((mark) => {
    const bar = layOutTimelineBar(mark, window, width, now, scale)
    return bar ? [{ mark, bar, extent: extentOf(bar) }] : []
  })
  return drawn.map((placed) => {
    const next = drawn
      .filter(
        ({ mark, extent }) => mark !== placed.mark && mark.row === placed.mark.row && extent[1] > placed.extent[1],
      )
      .map(({ extent }) => extent[0])
    return { ...placed, room: Math.min(width, ...next) }
  })
}

function extentOf({ before, certain, after }: Bar): [begin: number, end: number] {
  const pieces = [before, certain, after].filter((piece) => piece !== null)
  return [Math.min(...pieces.map(([x]) => x)), Math.max(...pieces.map(([x, width]) => x + width))]
}
