/**
 * Share of a limit from which little room is left, for checks and screens. It is also the default of the settings `headroom.warn` and
 * `bandwidth.warn`, from which events begin.
 */
export const HEADROOM_SHARE = 0.8

/** Reports whether little room is left below a limit. @param share used of the limit; above 1 = over it */
export const isNearlyFull = (share: number): boolean => share >= HEADROOM_SHARE
