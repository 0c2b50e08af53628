/** Width of a phone, in CSS pixels. */
export const PHONE = 360

/** How far what is already there may move: Cumulative Layout Shift, of which web.dev calls 0.1 good. */
export const MAX_SHIFT = 0.05
