import type { TimelineTrack } from '../charts/state-timeline/timeline-tracks.ts'
import type { TimelineData } from './timeline-panel.tsx'

interface QueryState {
  isPending: boolean
  error: unknown
  data?: { asOf: string; nextCursor?: string | null; uncoveredOmitted?: number | undefined } | undefined
}

/** Returns the number of data gaps that the responses leave out because there are too many. */
export const countOmittedGaps = (queries: readonly Pick<QueryState, 'data'>[]): number =>
  queries.reduce((sum, { data }) => sum + (data?.uncoveredOmitted ?? 0), 0)

/**
 * Returns a timeline from its tracks and the loading state of their queries.
 * @param omitted number of further gaps that are not drawn, in addition to those that the responses count in
 *   `uncoveredOmitted`
 */
export function buildTimeline(tracks: TimelineTrack[], queries: readonly QueryState[], omitted = 0): TimelineData {
  return {
    tracks,
    pending: queries.some(({ isPending, error }) => isPending && !error),
    failed: queries.some(({ error }) => error),
    isCut: queries.some(({ data }) => typeof data?.nextCursor === 'string'),
    gapsOmitted: countOmittedGaps(queries) + omitted,
  }
}
