import type { RelativeLength } from '../time/time-range.ts'

/** Time range of the event log if the page's URL contains no range. */
export const defaultEventsRange: RelativeLength = '30d'
