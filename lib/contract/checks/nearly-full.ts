/**
 * Used share of a limit from which checks and screens warn. It is also the default of the settings `headroom.warn` and
 * `bandwidth.warn`, from which events start.
 */
export const HEADROOM_SHARE = 0.8

/**
 * Reports whether little room is left below a limit.
 * @param share used share of the limit; above 1 = over the limit
 */
export const isNearlyFull = (share: number): boolean => share >= HEADROOM_SHARE
