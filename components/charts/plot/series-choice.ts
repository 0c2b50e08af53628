import { createContext, useSyncExternalStore } from 'react'

/** Names of the hidden series. */
type HiddenNames = ReadonlySet<string>

const NOTHING_HIDDEN: HiddenNames = new Set()

/**
 * Returns the hidden series after a press of a legend entry. A plain press isolates the series. A press with Ctrl, Cmd
 * or Shift (`isAdding`) hides or shows only this series. If the series is the only visible one, each press shows all
 * series, so that at least one series stays visible.
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

/** Hidden series by chart. They are stored outside the components, so that they apply when the chart is drawn again. */
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
 * Returns the series of a chart that the user hid, with functions that change them. The choice applies until the
 * browser reloads the page.
 * @param chart label of the chart, which identifies it
 * @param names names of all series that can be hidden
 */
export function useSeriesChoice(chart: string, names: readonly string[]): SeriesChoice {
  const stored = useSyncExternalStore(
    subscribe,
    () => choices.get(chart) ?? NOTHING_HIDDEN,
    () => NOTHING_HIDDEN,
  )
  // if the data change and all remaining series are hidden, all of them are shown
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
