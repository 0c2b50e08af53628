/**
 * Sizes of type in drawings, px at the usual size of type; HTML has those of `app/globals.css`. Ticks of axes alone are below 13: they stand
 * at every few pixels of an axis, and name no resource.
 */
export const TYPE = { name: 14, text: 13, tick: 12 } as const
