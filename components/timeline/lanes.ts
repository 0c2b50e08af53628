import { removeRepeatedGaps } from './gaps.ts'
import { assignRows, type TimelineMark, countTrackRows, type TimelineTrack } from '../charts/state-timeline/tracks.ts'

type Names = Pick<TimelineTrack, 'key' | 'name' | 'part' | 'href'>

/** Joins the descriptions of several tracks into one description for screen readers. */
const described = (tracks: readonly TimelineTrack[]) =>
  tracks.flatMap(({ part, description }) => (description ? [`${part} ${description}`] : [])).join('; ')

const marksIn = (tracks: readonly TimelineTrack[]): TimelineMark[] =>
  tracks.flatMap(({ key, part, marks }) =>
    marks.map((mark) => ({ ...mark, key: `${key} ${mark.key}`, title: `${part}: ${mark.title}` })),
  )

const laneOf = (tracks: readonly TimelineTrack[], { href, ...names }: Names, marks: TimelineMark[], rows: number) => ({
  ...names,
  ...(href !== undefined && { href }),
  description: described(tracks),
  marks,
  rows,
  unseen: removeRepeatedGaps(tracks.flatMap(({ unseen }) => unseen)),
})

/**
 * Merges several tracks (rows of a timeline) into one: a thin line while any of them is healthy, and the outages of all
 * tracks. Outages that overlap are in separate rows.
 */
export function mergeTimelineTracks(tracks: readonly TimelineTrack[], names: Names): TimelineTrack {
  const marks = marksIn(tracks)
  const losses = assignRows(marks.filter(({ isQuiet }) => !isQuiet))
  const quiet = marks.filter(({ isQuiet }) => isQuiet).map((mark) => ({ ...mark, row: 0 }))
  return laneOf(tracks, names, [...quiet, ...losses], countTrackRows(losses))
}

/** Combines several tracks into one track with a row for each of them, in their order. */
export function combineTracks(tracks: readonly TimelineTrack[], names: Names): TimelineTrack {
  const marks = tracks.flatMap((track, row) => marksIn([track]).map((mark) => ({ ...mark, row })))
  return laneOf(tracks, names, marks, Math.max(1, tracks.length))
}
