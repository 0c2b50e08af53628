import { gapsOnce } from './gaps.ts'
import { inRows, type Mark, trackRows, type TimelineTrack } from '../charts/state-timeline/tracks.ts'

type Names = Pick<TimelineTrack, 'key' | 'name' | 'part' | 'href'>

/** What several tracks say to screen readers. */
const described = (tracks: readonly TimelineTrack[]) =>
  tracks.flatMap(({ part, description }) => (description ? [`${part} ${description}`] : [])).join('; ')

const marksIn = (tracks: readonly TimelineTrack[]): Mark[] =>
  tracks.flatMap(({ key, part, marks }) =>
    marks.map((mark) => ({ ...mark, key: `${key} ${mark.key}`, title: `${part}: ${mark.title}` })),
  )

const laneOf = (tracks: readonly TimelineTrack[], { href, ...names }: Names, marks: Mark[], rows: number) => ({
  ...names,
  ...(href !== undefined && { href }),
  description: described(tracks),
  marks,
  rows,
  unseen: gapsOnce(tracks.flatMap(({ unseen }) => unseen)),
})

/** Several tracks as one: a thin line while any is well, and each of their losses, in rows of their own where they overlap. */
export function joinedLane(tracks: readonly TimelineTrack[], names: Names): TimelineTrack {
  const marks = marksIn(tracks)
  const losses = inRows(marks.filter(({ isQuiet }) => !isQuiet))
  const quiet = marks.filter(({ isQuiet }) => isQuiet).map((mark) => ({ ...mark, row: 0 }))
  return laneOf(tracks, names, [...quiet, ...losses], trackRows(losses))
}

/** Several tracks of one state each below each other on one lane, in their order. */
export function stackedLane(tracks: readonly TimelineTrack[], names: Names): TimelineTrack {
  const marks = tracks.flatMap((track, row) => marksIn([track]).map((mark) => ({ ...mark, row })))
  return laneOf(tracks, names, marks, Math.max(1, tracks.length))
}
