import type { TimeLane } from '../charts/time-lanes/lanes.ts'
import type { Timeline } from './timeline-panel.tsx'

interface Asked {
  isPending: boolean
  error: unknown
  data?: { asOf: string; nextCursor?: string | null } | undefined
}

/** Lanes with what is to be said of the answers that they are made from. */
export function timelineOf(lanes: TimeLane[], queries: readonly Asked[]): Timeline {
  return {
    lanes,
    pending: queries.some(({ isPending, error }) => isPending && !error),
    failed: queries.some(({ error }) => error),
    isCut: queries.some(({ data }) => typeof data?.nextCursor === 'string'),
  }
}
