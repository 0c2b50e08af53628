import { inRows, type Mark, trackRows, type TimelineTrack } from '../charts/state-timeline/tracks.ts'

type Names = Pick<TimelineTrack, 'key' | 'name' | 'part' | 'href'>

/** What several tracks say to screen readers. */
const described = (tracks: readonly TimelineTrack[]) =>
  tracks.flatMap(({ part, description }) => (description ? [`${part} ${description}`] : [])).join('; ')

const gapsIn = (tracks: readonly TimelineTrack[]) => [
  ...new Map(tracks.flatMap(({ unseen }) => unseen).map((gap) => [`${gap.from}/${gap.to}`, gap])).values(),
]

const marksIn = (tracks: readonly TimelineTrack[]): Mark[] =>
  tracks.flatMap(({ key, part, marks }) =>
    marks.map((mark) => ({ ...mark, key: `${key} ${mark.key}`, title: `${part}: ${mark.title}` })),
  )

/** Several tracks as one: a thin line while any is well, and each of their losses, in rows of their own where they overlap. */
export function joinedLane(tracks: readonly TimelineTrack[], { href, ...names }: Names): TimelineTrack {
  const marks = marksIn(tracks)
  const losses = inRows(marks.filter(({ isQuiet }) => !isQuiet))
  return {
    ...names,
    ...(href !== undefined && { href }),
    description: described(tracks),
    marks: [...marks.filter(({ isQuiet }) => isQuiet).map((mark) => ({ ...mark, row: 0 })), ...losses],
    rows: trackRows(losses),
    unseen: gapsIn(tracks),
  }
}

/** Several tracks of one state each below each other on one lane, in their order. */
export function stackedLane(tracks: readonly TimelineTrack[], { href, ...names }: Names): TimelineTrack {
  return {
    ...names,
    ...(href !== undefined && { href }),
    description: described(tracks),
    marks: tracks.flatMap((track, row) => marksIn([track]).map((mark) => ({ ...mark, row }))),
    rows: Math.max(1, tracks.length),
    unseen: gapsIn(tracks),
  }
}
