import { useSyncExternalStore } from 'react'
import type { Shape } from './arrange.ts'
import type { WallSettings } from './wall-settings.ts'

const PORTRAIT = '(max-aspect-ratio: 1/1)'
const LARGE = '(min-width: 2560px)'

/**
 * The configured shape, else the screen's.
 * @returns with `isGuess` while the server's `wide` stands for a screen that is not known yet
 */
export function useShape(layout: WallSettings['layout']): { shape: Shape; isGuess: boolean } {
  const configured = layout === 'auto' ? null : layout
  const known = useSyncExternalStore(
    subscribe,
    () => configured ?? screenShape(),
    () => configured,
  )
  return { shape: known ?? 'wide', isGuess: known === null }
}

function subscribe(listener: () => void): () => void {
  const queries = [PORTRAIT, LARGE].map((query) => window.matchMedia(query))
  for (const query of queries) query.addEventListener('change', listener)
  return () => {
    for (const query of queries) query.removeEventListener('change', listener)
  }
}

function screenShape(): Shape {
  if (window.matchMedia(PORTRAIT).matches) return 'portrait'
  return window.matchMedia(LARGE).matches ? '4k' : 'wide'
}
