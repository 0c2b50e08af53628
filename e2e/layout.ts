/** Width of a phone, in CSS pixels. */
export const PHONE_WIDTH_PX = 360

/** Maximum layout shift during loading: Cumulative Layout Shift, for which web.dev calls 0.1 good. */
export const MAX_CUMULATIVE_LAYOUT_SHIFT = 0.05
