'use client'

import { useSyncExternalStore } from 'react'

const USUAL_PX = 16

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener)
  return () => window.removeEventListener('resize', listener)
}

const read = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX

/** Font size relative to 16 px: a large screen shows the same picture, larger. */
export const useTypeScale = (): number => useSyncExternalStore(subscribe, read, () => 1)
