import { createContext, useSyncExternalStore } from 'react'

/** Names of the hidden series. */
type HiddenNames = ReadonlySet<string>

const NOTHING_HIDDEN: HiddenNames = new Set()

/**
 * Returns the hidden series after a press of a legend entry. A plain press isolates a series, or shows all series if it
 * is already isolated. A press that adds (with Ctrl, Cmd or Shift) hides or shows only this series. At least one series
 * stays visible.
 */
export function toggleSeries(
  hidden: HiddenNames,
  names: readonly string[],
  pressed: string,
  isAdding: boolean,
): HiddenNames {
  const shown = names.filter((name) => !hidden.has(name))
  const isAlone = shown.length === 1 && shown[0] === pressed
  if (isAlone || names.length < 2) return NOTHING_HIDDEN
  if (!isAdding) return new Set(names.filter((name) => name !== pressed))
  const next = new Set(names.filter((name) => hidden.has(name)))
  if (!next.delete(pressed)) next.add(pressed)
  return next
}

/** Hidden series by chart. They are kept outside the components, so that they survive a chart that loads again. */
const choices = new Map<string, HiddenNames>()
const listeners = new Set<() => void>()

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Keys of the series that the user hid in the surrounding chart. */
export const HiddenSeriesContext = createContext<ReadonlySet<string>>(NOTHING_HIDDEN)

/** Hidden series of a chart, with functions that change them. */
export interface SeriesChoice {
  hidden: HiddenNames
  press: (name: string, isAdding: boolean) => void
  reset: () => void
}

/**
 * Returns the series of a chart that the user hid. The choice applies until the page is loaded again.
 * @param chart label of the chart, which identifies it
 * @param names names of all series that can be hidden
 */
export function useSeriesChoice(chart: string, names: readonly string[]): SeriesChoice {
  const stored = useSyncExternalStore(
    subscribe,
    () => choices.get(chart) ?? NOTHING_HIDDEN,
    () => NOTHING_HIDDEN,
  )
  // after a change of the data, the remaining series may all be hidden; all are then shown
  const hidden = names.every((name) => stored.has(name)) ? NOTHING_HIDDEN : stored
  const store = (next: HiddenNames) => {
    choices.set(chart, next)
    for (const listener of listeners) listener()
  }
  return {
    hidden,
    press: (name, isAdding) => store(toggleSeries(hidden, names, name, isAdding)),
    reset: () => hidden.size > 0 && store(NOTHING_HIDDEN),
  }
}
