import { useSyncExternalStore } from 'react'

const USUAL_PX = 16

/** As of the last read; null = to be read. React asks at each render of each chart, and reading styles while a page changes computes them. */
let known: number | null = null
let isWatched = false

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener)
  return () => window.removeEventListener('resize', listener)
}

function read(): number {
  if (!isWatched) {
    isWatched = true
    // for good, and before any chart's own
    window.addEventListener('resize', () => {
      known = null
    })
  }
  known ??= Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX
  return known
}

/** Font size relative to 16 px: a large screen shows the same picture, larger. */
export const useTypeScale = (): number => useSyncExternalStore(subscribe, read, () => 1)
