/**
 * Font sizes in SVG drawings, px at the default font size. HTML uses the sizes of `app/globals.css`. Only axis ticks
 * are smaller than 13 px, because they are close together and do not name resources.
 */
export const SVG_FONT_SIZES = { name: 14, text: 13, tick: 12 } as const
