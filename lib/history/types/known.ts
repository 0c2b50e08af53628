import type { Bounds } from '#lib/contract/index.ts'

/** An interval for readers: bounds of its true begin (`since`) and true end (`until`, null while ongoing). */
export interface KnownSpan {
  since: Bounds
  until: Bounds | null
}

/** `unknown`: the moment was not covered. `indeterminate`: it is between the samples around a change. */
export type Known = 'observed' | 'indeterminate' | 'unknown'

/** A page of a list; pass `nextCursor` back as `cursor`. null = last page. */
export interface Page<Row> {
  rows: Row[]
  nextCursor: string | null
}
