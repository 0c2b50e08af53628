import type { Tone } from '../../ui/glyph.tsx'
import type { SeriesName } from '../series-ink.ts'
import { type TrackSeries, saidOfSeries } from './track-series.ts'

/** Bounds on a moment, epoch milliseconds. */
export type Moments = readonly [earliest: number, latest: number]

/** The colour of a mark: of a state, or one of those that only tell things apart. */
export type Ink = Tone | SeriesName

/** Something on a track: a interval with bounds at both ends, or a moment within bounds. */
export interface Mark {
  key: string
  ink: Ink
  word: string
  from: Moments
  /** null = it goes on */
  to: Moments | null
  /** it happened and was over */
  isPoint: boolean
  /** drawn as a thin line without its word: it is there, and is nothing to look at */
  isQuiet?: boolean
  /** the line of the track that it stands on, so that none covers another; 0 = the uppermost */
  row: number
  title: string
}

export interface Gap {
  from: number
  to: number
  why: string
}

/** One line of a chart over time: states and moments of a thing, or numbers. */
export interface TimelineTrack {
  key: string
  /** the thing */
  name: string
  /** what of it; '' = all of it */
  part: string
  /** the page of the thing */
  href?: string
  /** what the track says as a whole, for those who do not see it */
  description?: string
  marks: Mark[]
  rows: number
  series?: TrackSeries
  /** times that nobody saw */
  unseen: Gap[]
}

export const momentsOf = ([earliest, latest]: readonly [string, string]): Moments => [
  Date.parse(earliest),
  Date.parse(latest),
]

/** Gives each mark the first line on which it covers no other. Moments take no room. */
export function inRows(marks: readonly Omit<Mark, 'row'>[]): Mark[] {
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

/** States that follow each other stand on one line: where the bounds of two overlap, either of them may hold. */
export const inOneRow = (marks: readonly Omit<Mark, 'row'>[]): Mark[] =>
  marks.toSorted((a, b) => a.from[1] - b.from[1]).map((mark) => ({ ...mark, row: 0 }))

const endOf = ({ to }: Pick<Mark, 'to'>): number => to?.[1] ?? Number.POSITIVE_INFINITY

export const rowsOf = (marks: readonly Mark[]): number => Math.max(1, ...marks.map(({ row }) => row + 1))

/** How sure it is that a mark held at a moment. */
export function certaintyAt({ from, to, isPoint }: Mark, at: number): 'certain' | 'possible' | null {
  if (at < from[0] || (to && at > to[1])) return null
  if (isPoint) return at <= from[1] ? 'possible' : null
  return at >= from[1] && (!to || at <= to[0]) ? 'certain' : 'possible'
}

/** What held at a moment, track by track, in words; tracks on which nothing did are left out. */
export function saidAt(tracks: readonly TimelineTrack[], at: number): { track: TimelineTrack; words: string }[] {
  return tracks.flatMap((track) => {
    const held = track.marks.flatMap((mark) => {
      const certainty = certaintyAt(mark, at)
      return certainty ? [certainty === 'certain' ? mark.word : `perhaps ${mark.word}`] : []
    })
    if (track.series) held.push(...saidOfSeries(track.series, at))
    const gap = track.unseen.find(({ from, to }) => at >= from && at <= to)
    if (gap) held.push('NOT SEEN')
    return held.length > 0 ? [{ track, words: held.join(', ') }] : []
  })
}
