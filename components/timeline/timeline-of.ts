import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import type { Timeline } from './timeline-panel.tsx'

interface Asked {
  isPending: boolean
  error: unknown
  data?: { asOf: string; nextCursor?: string | null } | undefined
}

/** Tracks with what is to be said of the answers that they are made from. */
export function timelineOf(tracks: TimelineTrack[], queries: readonly Asked[]): Timeline {
  return {
    tracks,
    pending: queries.some(({ isPending, error }) => isPending && !error),
    failed: queries.some(({ error }) => error),
    isCut: queries.some(({ data }) => typeof data?.nextCursor === 'string'),
  }
}
