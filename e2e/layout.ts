/** Width of a phone, in CSS pixels. */
export const PHONE = 360

/** Maximum layout shift during loading: Cumulative Layout Shift, for which web.dev calls 0.1 good. */
export const MAX_SHIFT = 0.05
