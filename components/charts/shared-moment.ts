import { useSyncExternalStore } from 'react'

let moment: number | null = null
const listeners = new Set<() => void>()

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Sets the moment that the user points at in any chart of the page.
 * @param at epoch milliseconds; null = no moment
 */
export function pointAtMoment(at: number | null): void {
  if (at === moment) return
  moment = at
  for (const listener of listeners) listener()
}

/**
 * Returns the moment that the user points at in any chart of the page, in epoch milliseconds; all charts draw their
 * crosshair there.
 */
export const usePointedMoment = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => moment,
    () => null,
  )
