import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import type { Timeline } from './timeline-panel.tsx'

interface QueryState {
  isPending: boolean
  error: unknown
  data?: { asOf: string; nextCursor?: string | null; uncoveredOmitted?: number | undefined } | undefined
}

/** How many gaps the answers to some questions do not list. */
export const gapsOmitted = (queries: readonly Pick<QueryState, 'data'>[]): number =>
  queries.reduce((sum, { data }) => sum + (data?.uncoveredOmitted ?? 0), 0)

/** Tracks with the load state of their queries. @param omitted gaps that an answer leaves out of its data */
export function timelineOf(tracks: TimelineTrack[], queries: readonly QueryState[], omitted = 0): Timeline {
  return {
    tracks,
    pending: queries.some(({ isPending, error }) => isPending && !error),
    failed: queries.some(({ error }) => error),
    isCut: queries.some(({ data }) => typeof data?.nextCursor === 'string'),
    gapsOmitted: gapsOmitted(queries) + omitted,
  }
}
