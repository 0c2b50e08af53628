import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react'

interface Fit {
  /** how many columns have to go */
  without: number
  /** nothing more can go: it scrolls sideways */
  isTooWide: boolean
}

/** Until it is measured a table may be too wide: it scrolls then, and widens no page. */
const UNMEASURED: Fit = { without: 0, isTooWide: true }

const useBrowserLayout = typeof window === 'undefined' ? useEffect : useLayoutEffect

/** Keys of one word follow each other sooner. */
const SETTLED_MS = 300

/** A value once it has stayed the same for a moment: each fit draws all rows once for every column that has to go. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    if (settled === value) return
    const timer = setTimeout(() => setSettled(value), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [settled, value])
  return settled
}

/**
 * How many columns a table has to do without so that none is cut, beyond those that its width leaves out by itself.
 * @param droppable how many of its columns may go
 * @param key what decides how wide it is, beside its frame
 */
export function useFit(frame: RefObject<HTMLElement | null>, droppable: number, key: string): Fit {
  const [fit, setFit] = useState(UNMEASURED)
  const [width, setWidth] = useState(0)
  const measure = useCallback(() => {
    const element = frame.current
    const table = element?.querySelector('table')
    if (!element || !table) return
    const excess = table.offsetWidth - element.clientWidth
    setFit((now) => {
      if (excess <= 1) return now.isTooWide ? { ...now, isTooWide: false } : now
      return now.without < droppable ? { without: now.without + 1, isTooWide: false } : { ...now, isTooWide: true }
    })
  }, [frame, droppable])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width or other columns: nothing is left out yet
  useBrowserLayout(() => setFit(UNMEASURED), [width, key])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step is measured
  useBrowserLayout(measure, [measure, fit.without, width, key])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a table without rows has no frame
  useEffect(() => {
    const element = frame.current
    const table = element?.querySelector('table')
    if (!element || !table) return
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth)
      // a longer name came
      measure()
    })
    observer.observe(element)
    observer.observe(table)
    return () => observer.disconnect()
  }, [frame, measure, key])
  return fit
}
