import { useSyncExternalStore } from 'react'

let moment: number | null = null
const listeners = new Set<() => void>()

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Sets the moment at which all charts of the page draw their crosshair. A chart calls it when the user points at a
 * moment.
 * @param at epoch milliseconds; null = the user points at no chart
 */
export function setPointedMoment(at: number | null): void {
  if (at === moment) return
  moment = at
  for (const listener of listeners) listener()
}

/**
 * Returns the moment that the user points at in any chart of the page, epoch milliseconds. All charts draw their
 * crosshair there; null = none.
 */
export const usePointedMoment = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => moment,
    () => null,
  )
