import type { Bounds } from '#lib/contract/index.ts'

/** An interval as a reader sees it: `since` holds its true begin, `until` its true end (null while it lasts). */
export interface KnownSpan {
  since: Bounds
  until: Bounds | null
}

/** `unknown`: the moment was not covered. `indeterminate`: it lies between the samples around a change. */
export type Known = 'observed' | 'indeterminate' | 'unknown'

/** One page of a list; pass `nextCursor` back as `cursor`. null = that was all. */
export interface Page<Row> {
  rows: Row[]
  nextCursor: string | null
}
