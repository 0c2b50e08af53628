import { useContext, useSyncExternalStore } from 'react'
import { FixedChartSizeContext } from './fixed-size.ts'

const USUAL_PX = 16

/**
 * Cached font size relative to 16 px; null = it is not known and is read from the browser at the next request. React
 * requests the value in each render of each chart. Without a cache, each request would force the browser to compute
 * styles while the page changes.
 */
let known: number | null = null
let isWatched = false

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener)
  return () => window.removeEventListener('resize', listener)
}

function read(): number {
  if (!isWatched) {
    isWatched = true
    // This listener is registered once and never removed. It runs before the resize listeners of the charts, so that
    // the charts read the new font size and not the cached value.
    window.addEventListener('resize', () => {
      known = null
    })
  }
  known ??= Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX
  return known
}

/**
 * Returns the font size relative to 16 px. Charts are drawn larger on a screen with a larger font size. On paper, the
 * font size is fixed.
 */
export function useChartFontScale(): number {
  const scale = useSyncExternalStore(subscribe, read, () => 1)
  return useContext(FixedChartSizeContext)?.scale ?? scale
}
