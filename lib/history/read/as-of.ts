import type { EpochMs } from '#lib/contract/index.ts'

/** The four bounds of a stored interval, in which a row was present with one value. */
export interface StoredIntervalBounds {
  /** start of the last poll that read the row as absent or with another value; null = no poll did */
  lastAbsent: EpochMs | null
  /** end of the first poll that read this value */
  firstPresent: EpochMs
  /** start of the last poll that read this value; while the interval is ongoing, start of the first such poll */
  lastPresent: EpochMs
  /** end of the first poll that read the row as absent or with another value; null = the interval is ongoing */
  firstAbsent: EpochMs | null
}

interface AsOf<S> {
  /**
   * State of a row at a moment. `unknown`: the moment is before the first poll. `indeterminate`: the moment is between
   * the two polls around a change; `span` is then the interval before the change or, if there was none, the interval
   * after it.
   */
  presence: 'present' | 'absent' | 'indeterminate' | 'unknown'
  span: S | null
  /** last interval that began by the moment, even if the row is absent at the moment; null = none yet */
  last: S | null
}

/**
 * Returns the state at a moment that is covered by polls (docs/rules/as-of.md).
 * @param before the last interval whose first_present is not after the moment
 * @param next the first interval whose first_present is after the moment
 */
export function findStateAtCoveredMoment<S extends StoredIntervalBounds>(
  before: S | null,
  next: S | null,
  at: EpochMs,
): AsOf<S> {
  if (before && (before.firstAbsent === null || at < before.firstAbsent)) {
    const sure = before.firstAbsent === null || at <= before.lastPresent
    return { presence: sure ? 'present' : 'indeterminate', span: before, last: before }
  }
  if (next && next.lastAbsent !== null && next.lastAbsent < at) {
    return { presence: 'indeterminate', span: next, last: before }
  }
  return { presence: before || next?.lastAbsent != null ? 'absent' : 'unknown', span: null, last: before }
}
