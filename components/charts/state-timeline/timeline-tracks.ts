import { type TimeInterval, subtractTimeIntervals } from '#lib/contract/time/time-spans.ts'
import type { StateTone } from '../../ui/drawing/glyph.tsx'
import type { ChartTooltipContent, PlotReadingLine } from '../plot/plot-model.ts'
import type { SeriesColorName } from '../series-colors.ts'
import { type TimelineSeriesValue, type TimelineTrackSeries, listSeriesValuesAt } from './track-series.ts'

/** Earliest and latest possible time of a moment that is known only within bounds, epoch milliseconds. */
type Moments = readonly [earliest: number, latest: number]

/** Color of a mark or a line: the tone of a state, or the color of a numeric series. */
export type TimelineMarkColor = StateTone | SeriesColorName

/**
 * State or event on a track. A state has an uncertain begin and end; an event has no duration, and its time is
 * uncertain. Each uncertain time is stored as its earliest and latest moment.
 */
export interface TimelineMark {
  key: string
  ink: TimelineMarkColor
  word: string
  from: Moments
  /** bounds of the end; null = ongoing; the latest end is infinite if no recent poll shows whether it is ongoing */
  to: Moments | null
  /** true = an event without duration; false = a state */
  isPoint: boolean
  /** whether the state is healthy and drawn as a thin line without a label */
  isQuiet?: boolean
  /** whether `word` may be cut to the available space; otherwise a word that does not fit is left out */
  isCut?: boolean
  /** row within the track, so that marks do not cover each other; 0 = the top */
  row: number
  title: string
}

export interface TimelineGap extends TimeInterval {
  why: string
}

/** Track of a state timeline: states and events of a resource, or numeric series. */
export interface TimelineTrack {
  key: string
  /** name of the resource */
  name: string
  /** part of the resource, for example a peer address; '' = the whole resource */
  part: string
  /** address of the resource's page */
  href?: string
  /** the track's description for screen readers */
  description?: string
  marks: TimelineMark[]
  rows: number
  /** name of each row; absent = the rows have no names of their own */
  rowNames?: readonly string[]
  series?: TimelineTrackSeries
  /** time ranges without data */
  unseen: TimelineGap[]
}

export const parseIsoTimeBounds = ([earliest, latest]: readonly [string, string]): Moments => [
  Date.parse(earliest),
  Date.parse(latest),
]

/**
 * Assigns each mark (state or event) to the first row in which it does not overlap another mark. Events without
 * duration are always in row 0.
 */
export function assignTimelineRows(marks: readonly Omit<TimelineMark, 'row'>[]): TimelineMark[] {
  const ends: number[] = []
  return marks
    .toSorted((a, b) => a.from[0] - b.from[0] || endOf(b) - endOf(a))
    .map((mark) => {
      if (mark.isPoint) return { ...mark, row: 0 }
      const free = ends.findIndex((end) => end <= mark.from[0])
      const row = free < 0 ? ends.length : free
      ends[row] = endOf(mark)
      return { ...mark, row }
    })
}

/**
 * Limits each mark (state or event) to the time that polls cover. During a gap in polling, the state of a mark is drawn
 * as only possible. If the state is healthy (`isQuiet`), nothing is drawn during the gap.
 */
export const limitMarksToPolledTime = (marks: readonly TimelineMark[], gaps: readonly TimeInterval[]): TimelineMark[] =>
  marks.flatMap((mark) => {
    const [begin, end] = [mark.from[1], mark.to?.[0] ?? Number.POSITIVE_INFINITY]
    if (mark.isPoint || !gaps.some(({ from, to }) => from < end && to > begin)) return [mark]
    const seen = subtractTimeIntervals({ from: begin, to: end }, gaps)
    if (seen.length === 0 && mark.to && !mark.isQuiet)
      return [{ ...mark, from: [mark.from[0], mark.to[1]], to: [mark.to[1], mark.to[1]] }]
    if (seen.length === 0 && !mark.isQuiet) return [{ ...mark, to: [begin, end] }]
    return seen.map(({ from, to }, at): TimelineMark => {
      const [isFirst, isLast] = [from === begin || (at === 0 && !mark.isQuiet), to === end]
      const next = seen[at + 1]?.from ?? mark.to?.[1] ?? Number.POSITIVE_INFINITY
      return {
        ...mark,
        key: `${mark.key}/${at}`,
        from: [isFirst ? mark.from[0] : from, from],
        to: Number.isFinite(to) ? [to, mark.isQuiet && !isLast ? to : next] : null,
      }
    })
  })

/**
 * Puts all marks in row 0, for states that follow each other. The uncertain end of a state may overlap the uncertain
 * start of the next state, because either state is possible in this time.
 */
export const placeMarksInOneRow = (marks: readonly Omit<TimelineMark, 'row'>[]): TimelineMark[] =>
  marks.toSorted((a, b) => a.from[1] - b.from[1]).map((mark) => ({ ...mark, row: 0 }))

const endOf = ({ to }: Pick<TimelineMark, 'to'>): number => to?.[1] ?? Number.POSITIVE_INFINITY

export const countTimelineTrackRows = (marks: readonly TimelineMark[]): number =>
  Math.max(1, ...marks.map(({ row }) => row + 1))

/** Reports whether the state of a mark certainly or possibly applied at a time; null = it did not apply. */
export function getMarkCertaintyAt({ from, to, isPoint }: TimelineMark, at: number): 'certain' | 'possible' | null {
  if (at < from[0] || (to && at > to[1])) return null
  if (isPoint) return at <= from[1] ? 'possible' : null
  return at >= from[1] && (!to || at <= to[0]) ? 'certain' : 'possible'
}

/** Texts about a track at one time. */
interface TrackReading {
  track: TimelineTrack
  /** states and values as text, or the reason why data is missing */
  words: string
  /** values of the numeric series; empty in a data gap */
  values: readonly TimelineSeriesValue[]
  /** whether the track has only healthy states */
  isQuiet: boolean
}

/**
 * Returns the texts of each track at a time. Tracks that have neither a state nor a value nor a data gap at that time
 * are left out.
 */
export function listTimelineStatesAt(tracks: readonly TimelineTrack[], at: number): TrackReading[] {
  return tracks.flatMap((track) => {
    const marks = track.marks.flatMap((mark) => {
      const certainty = getMarkCertaintyAt(mark, at)
      // In a track with named rows, the text of an unhealthy state contains the name of its row.
      const part = mark.isQuiet ? undefined : track.rowNames?.[mark.row]
      const word = part === undefined ? mark.word : `${part} ${mark.word}`
      return certainty ? [{ mark, word: certainty === 'certain' ? word : `possibly ${word}` }] : []
    })
    const held = marks.map(({ word }) => word)
    const values = track.series ? listSeriesValuesAt(track.series, at) : []
    held.push(...values.map(({ name, value }) => `${name} ${value}`))
    const gap = track.unseen.find(({ from, to }) => at >= from && at <= to)
    if (gap) held.push(formatGap(gap))
    const isQuiet = !gap && !track.series && marks.every(({ mark }) => mark.isQuiet)
    return held.length > 0 ? [{ track, words: [...new Set(held)].join(', '), values: gap ? [] : values, isQuiet }] : []
  })
}

const formatGap = ({ why }: TimelineGap): string => {
  const reason = why.replaceAll('_', ' ')
  return reason === 'not polled' ? reason : `not polled: ${reason}`
}

/**
 * Maximum number of tracks in a tooltip. If there are more tracks, healthy tracks are left out first. The tooltip
 * contains only the number of the tracks that are left out.
 */
const MAX_DESCRIBED_TRACKS = 14

/**
 * Returns the content of the tooltip at a time. A track has one line of text. A track with numeric values has a line of
 * text for each of its series, unless the time is in a data gap.
 * @param all result of {@link listTimelineStatesAt}
 */
export function describeTimelineTracks(all: readonly TrackReading[], title: string): ChartTooltipContent {
  const shown =
    all.length > MAX_DESCRIBED_TRACKS ? all.filter(({ isQuiet }) => !isQuiet).slice(0, MAX_DESCRIBED_TRACKS) : all
  const lines = shown.flatMap(({ track, words, values }): readonly PlotReadingLine[] =>
    values.length > 0 ? values : [{ name: `${track.name} ${track.part}`.trim(), value: words }],
  )
  return {
    title,
    lines,
    notes: [
      ...(all.length === 0 ? ['nothing'] : []),
      ...(shown.length < all.length ? [`and ${all.length - shown.length} more lanes`] : []),
    ],
  }
}
