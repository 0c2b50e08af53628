import type { EpochMs } from '#lib/contract/index.ts'

/** The four bounds of an interval as they are stored. */
export interface SpanTimes {
  /** start of the last poll that read it absent, or otherwise; null = none ever did */
  lastAbsent: EpochMs | null
  /** end of the first poll that read it so */
  firstPresent: EpochMs
  /** start of the last poll that read it so; while it lasts, of the poll that began it */
  lastPresent: EpochMs
  /** end of the first poll that read it absent, or otherwise; null = it lasts */
  firstAbsent: EpochMs | null
}

interface AsOf<S> {
  /**
   * `unknown`: before anything was read. `indeterminate`: between the samples around a change; `span` is what was so before
   * it, or, where nothing was, what began with it.
   */
  presence: 'present' | 'absent' | 'indeterminate' | 'unknown'
  span: S | null
  /** what is known to have been so last, also when it is absent now; null = nothing yet */
  last: S | null
}

/**
 * What was so at a moment that coverage says was seen (docs/rules/as-of.md).
 * @param before the last interval whose first_present is not after the moment
 * @param next the first interval whose first_present is after it
 */
export function asOf<S extends SpanTimes>(before: S | null, next: S | null, at: EpochMs): AsOf<S> {
  if (before && (before.firstAbsent === null || at < before.firstAbsent)) {
    const sure = before.firstAbsent === null || at <= before.lastPresent
    return { presence: sure ? 'present' : 'indeterminate', span: before, last: before }
  }
  if (next && next.lastAbsent !== null && next.lastAbsent < at) {
    return { presence: 'indeterminate', span: next, last: before }
  }
  return { presence: before || next?.lastAbsent != null ? 'absent' : 'unknown', span: null, last: before }
}
