import type { RelativeLength } from '../time/range.ts'

/** Time range of the event log if the page's address contains no range. */
export const defaultRange: RelativeLength = '30d'
