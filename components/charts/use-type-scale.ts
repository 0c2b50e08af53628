import { useSyncExternalStore } from 'react'

const USUAL_PX = 16

/**
 * Cached scale; null = must be read again. The cache is needed because React calls the snapshot function in each render
 * of each chart, and reading styles while a page changes forces the browser to compute them.
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
    // This listener is registered once and never removed. It runs before the listeners of the charts, so that they read
    // the new scale.
    window.addEventListener('resize', () => {
      known = null
    })
  }
  known ??= Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX
  return known
}

/** Returns the font size relative to 16 px. Charts are drawn larger on a screen with a larger font size. */
export const useTypeScale = (): number => useSyncExternalStore(subscribe, read, () => 1)
