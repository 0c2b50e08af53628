import { createContext } from 'react'

/**
 * Fixed size of the drawings inside, for example on paper: width in px, and font size relative to 16 px. null = each
 * drawing measures its place on the page.
 */
export const FixedChartSizeContext = createContext<{ width: number; scale: number } | null>(null)
