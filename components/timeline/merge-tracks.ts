import { removeRepeatedGaps } from './timeline-gaps.ts'
import {
  assignTimelineRows,
  type TimelineMark,
  countTimelineTrackRows,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'

type Names = Pick<TimelineTrack, 'key' | 'name' | 'part' | 'href'>

/** Joins the descriptions of several tracks into one description for screen readers. */
const described = (tracks: readonly TimelineTrack[]) =>
  tracks.flatMap(({ part, description }) => (description ? [`${part} ${description}`] : [])).join('; ')

const marksIn = ({ key, part, marks }: TimelineTrack): TimelineMark[] =>
  marks.map((mark) => ({ ...mark, key: `${key} ${mark.key}`, title: `${part}: ${mark.title}` }))

/**
 * Maximum number of tracks with outages that have a named row each. If there are more, they share rows without names.
 */
const MAX_NAMED_ROWS = 4

const laneOf = (tracks: readonly TimelineTrack[], { href, ...names }: Names, marks: TimelineMark[], rows: number) => ({
  ...names,
  ...(href !== undefined && { href }),
  description: described(tracks),
  marks,
  rows,
  unseen: removeRepeatedGaps(tracks.flatMap(({ unseen }) => unseen)),
})

/**
 * Merges several tracks (rows of a timeline) into one: a thin line while any of them is healthy, and a named row for
 * each track with outages. If more than `MAX_NAMED_ROWS` tracks have outages, the outages share rows without names.
 */
export function mergeTimelineTracks(tracks: readonly TimelineTrack[], names: Names): TimelineTrack {
  const quiet = tracks.flatMap(marksIn).filter(({ isQuiet }) => isQuiet)
  const lossy = tracks
    .map((track) => ({ part: track.part, lost: marksIn(track).filter(({ isQuiet }) => !isQuiet) }))
    .filter(({ lost }) => lost.length > 0)
  const isNamed = lossy.length <= MAX_NAMED_ROWS
  const losses = isNamed
    ? lossy.flatMap(({ lost }, row) => lost.map((mark) => ({ ...mark, row })))
    : assignTimelineRows(lossy.flatMap(({ lost }) => lost))
  const marks = [...quiet.map((mark) => ({ ...mark, row: 0 })), ...losses]
  const lane = laneOf(tracks, names, marks, countTimelineTrackRows(losses))
  return isNamed ? { ...lane, rowNames: lossy.map(({ part }) => part) } : lane
}

/** Combines several tracks into one track with a row for each of them, in their order. */
export function combineTimelineTracks(tracks: readonly TimelineTrack[], names: Names): TimelineTrack {
  const marks = tracks.flatMap((track, row) => marksIn(track).map((mark) => ({ ...mark, row })))
  return { ...laneOf(tracks, names, marks, Math.max(1, tracks.length)), rowNames: tracks.map(({ part }) => part) }
}
