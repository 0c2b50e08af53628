import { createContext } from 'react'

/**
 * Size of drawings that is known before they are drawn, for paper: width in px and font size relative to 16 px. null =
 * drawings measure the page.
 */
export const FixedChartSizeContext = createContext<{ width: number; scale: number } | null>(null)
