import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import type { Timeline } from './timeline-panel.tsx'

interface QueryState {
  isPending: boolean
  error: unknown
  data?: { asOf: string; nextCursor?: string | null } | undefined
}

/** Tracks with the load state of their queries. */
export function timelineOf(tracks: TimelineTrack[], queries: readonly QueryState[]): Timeline {
  return {
    tracks,
    pending: queries.some(({ isPending, error }) => isPending && !error),
    failed: queries.some(({ error }) => error),
    isCut: queries.some(({ data }) => typeof data?.nextCursor === 'string'),
  }
}
