import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { leavingFor, returningTo } from './features.ts'

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

/** A value once it has stayed the same for a moment. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    if (settled === value) return
    const timer = setTimeout(() => setSettled(value), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [settled, value])
  return settled
}

/** px that a table needs at least: it is stretched to its frame. */
function leastWidth(table: HTMLTableElement): number {
  table.style.width = 'min-content'
  const width = table.offsetWidth
  table.style.width = ''
  return width
}

/**
 * How many columns a table has to do without so that none is cut, beyond those that its width leaves out by itself. Other columns or another
 * width draw all of them once and measure; other rows only measure, for each column that comes or goes draws every row again.
 * @param leaving ids of its columns that may go, in their order
 * @param columns what decides how wide it is, beside its frame and its rows
 * @param rows changes with them
 */
export function useFit(
  frame: RefObject<HTMLElement | null>,
  leaving: readonly string[],
  columns: string,
  rows: string,
): Fit {
  const [fit, setFit] = useState(UNMEASURED)
  const [width, setWidth] = useState(0)
  const stood = useRef(new Map<string, number>())
  const order = leaving.join()
  const measure = useCallback(() => {
    const element = frame.current
    const table = element?.querySelector('table')
    if (!element || !table) return
    const excess = table.offsetWidth - element.clientWidth
    if (excess <= 1) return setFit((now) => (now.isTooWide ? { ...now, isTooWide: false } : now))
    const ids = order.split(',').filter((id) => id !== '')
    const standing = ids.flatMap((id) => {
      const head = table.querySelector<HTMLElement>(`th[data-column="${id}"]`)
      if (head) stood.current.set(id, head.offsetWidth)
      return head ? [head.offsetWidth] : []
    })
    const without = ids.length - standing.length + leavingFor(standing, excess)
    const isTooWide = standing.length === 0
    setFit((now) => (now.without === without && now.isTooWide === isTooWide ? now : { without, isTooWide }))
  }, [frame, order])
  const remeasure = () => {
    const element = frame.current
    const table = element?.querySelector('table')
    if (!element || !table || fit.without === 0) return measure()
    const gone = order.split(',').slice(0, fit.without)
    const widths = gone.map((id) => stood.current.get(id) ?? 0)
    const back = returningTo(widths, element.clientWidth - leastWidth(table))
    if (back > 0) setFit({ without: fit.without - back, isTooWide: false })
    else measure()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width or other columns: nothing is left out yet
  useBrowserLayout(() => setFit(UNMEASURED), [width, columns])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step is measured
  useBrowserLayout(measure, [measure, fit.without, width, columns])
  // biome-ignore lint/correctness/useExhaustiveDependencies: they may be of another width
  useBrowserLayout(remeasure, [rows])
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
  }, [frame, measure, columns, rows])
  return fit
}
