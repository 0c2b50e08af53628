import { useSyncExternalStore } from 'react'

let moment: number | null = null
const listeners = new Set<() => void>()

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Sets the moment that the reader points at in any chart of the page. @param at epoch milliseconds; null = at none */
export function pointAtMoment(at: number | null): void {
  if (at === moment) return
  moment = at
  for (const listener of listeners) listener()
}

/** The moment that the reader points at in any chart of the page: all of them have their crosshair there. */
export const usePointedMoment = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => moment,
    () => null,
  )
