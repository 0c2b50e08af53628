import type { RelativeLength } from '../time/range.ts'

/** The event log's time range if the address sets none. */
export const defaultRange: RelativeLength = '30d'
