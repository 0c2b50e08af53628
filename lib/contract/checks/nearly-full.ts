/**
 * Used share of a limit from which checks and screens warn. The settings `headroom.warn` and `bandwidth.warn`, which
 * determine when an event starts, have the same default.
 */
export const NEARLY_FULL_SHARE = 0.8

/**
 * Reports whether the used share of a limit is high enough for a warning.
 * @param share used share of the limit; above 1 = over the limit
 */
export const isNearlyFull = (share: number): boolean => share >= NEARLY_FULL_SHARE
