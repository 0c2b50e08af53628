import type { TimestampBounds } from '#lib/contract/index.ts'

/** Interval as responses show it, with bounds of its true begin (`since`) and true end (`until`; null = ongoing). */
export interface SinceAndUntilBounds {
  since: TimestampBounds
  until: TimestampBounds | null
}

/**
 * Certainty of a state at a moment. `unknown`: polls did not cover the moment. `indeterminate`: the moment is between
 * the samples around a change.
 */
export type CertaintyOfState = 'observed' | 'indeterminate' | 'unknown'

/** A page of a list; pass `nextCursor` back as `cursor`. null = last page. */
export interface CursorPage<Row> {
  rows: Row[]
  nextCursor: string | null
}
