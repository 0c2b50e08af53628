import type { RelativeLength } from '../time/range.ts'

/** Time range of the event log if the address does not set a range. */
export const defaultRange: RelativeLength = '30d'
