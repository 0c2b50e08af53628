import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { countColumnsToRemove, countColumnsToRestore } from './table-columns.ts'

interface Fit {
  /** number of columns that the table leaves out */
  without: number
  /** whether the table is too wide even without all optional columns, so that it scrolls horizontally */
  isTooWide: boolean
}

/**
 * Value before the table is measured. `isTooWide` is true at first, so that a wide table scrolls instead of making the
 * page wider.
 */
const UNMEASURED: Fit = { without: 0, isTooWide: true }

const useBrowserLayout = typeof window === 'undefined' ? useEffect : useLayoutEffect

/**
 * Returns the minimum width of a table in px. It is measured with a temporary style, because the table is otherwise as
 * wide as its frame.
 */
function leastWidth(table: HTMLTableElement): number {
  table.style.width = 'min-content'
  const width = table.offsetWidth
  table.style.width = ''
  return width
}

/**
 * Returns how many columns a table must leave out so that no column is cut off, in addition to columns hidden by CSS.
 * If the set of columns or the available width changes, all columns are rendered once and measured. If only the rows
 * change, only the columns that are currently shown are measured again, because adding or removing a column would
 * render every row again.
 * @param leaving ids of the columns that can be left out, the first to leave first
 * @param columns key that changes when the columns change
 * @param rows key that changes when other rows are given to the table; a filter does not change it
 */
export function useColumnFit(
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
    const without = ids.length - standing.length + countColumnsToRemove(standing, excess)
    const isTooWide = standing.length === 0
    setFit((now) => (now.without === without && now.isTooWide === isTooWide ? now : { without, isTooWide }))
  }, [frame, order])
  const remeasure = () => {
    const element = frame.current
    const table = element?.querySelector('table')
    if (!element || !table || fit.without === 0) return measure()
    const gone = order.split(',').slice(0, fit.without)
    const widths = gone.map((id) => stood.current.get(id) ?? 0)
    const back = countColumnsToRestore(widths, element.clientWidth - leastWidth(table))
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
      // The content of a cell may have become wider, so that the table is measured again.
      measure()
    })
    observer.observe(element)
    observer.observe(table)
    return () => observer.disconnect()
  }, [frame, measure, columns, rows])
  return fit
}
