import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, startTransition, useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { IdleQueue } from '../../data/idle-queue.ts'

/**
 * Minimum number of lines at which a table renders only its visible lines, unless the user requested that all lines are
 * rendered.
 */
const VIRTUAL_FROM = 150
/** Maximum number of lines that a table renders completely when the user requests all lines. */
const MAX_LINES_WITHOUT_VIRTUALIZATION = 2_000
/** size of the viewport that the server assumes; 900 px is about the height of a screen */
const SERVER_RECT = { width: 0, height: 900 }
/**
 * Number of lines that are rendered first, more than a screen shows. The other lines follow in pieces of `PIECE_LINES`,
 * each in its own task, so that input is not blocked.
 */
const FIRST_LINES = 30
const PIECE_LINES = 12
const pieces = new IdleQueue()

interface Drawn {
  from: number
  /** index after the last rendered line */
  to: number
  /** height in px of the lines before (`above`) and after (`below`) the rendered lines */
  above: number
  below: number
  /**
   * true = only lines near the visible part are rendered, and others when the user scrolls to them; false = all lines
   * are rendered step by step
   */
  isWindow: boolean
  /** receives the element of a line to measure its height; undefined if all lines are rendered */
  measure: ((element: HTMLTableRowElement | null) => void) | undefined
}

/**
 * Returns which lines of a table are rendered. A long table renders only the lines near the visible part of the page.
 * @param frame element that scrolls with the page
 * @param lineHeight expected height in px before a line is rendered
 * @param keyOf returns the key of a line, so that its measured height is kept when it moves
 */
export function useVirtualLines(
  frame: RefObject<HTMLElement | null>,
  lines: number,
  isWhole: boolean,
  lineHeight: number,
  keyOf: (index: number) => string,
): Drawn {
  const isWindow = lines >= VIRTUAL_FROM && !(isWhole && lines <= MAX_LINES_WITHOUT_VIRTUALIZATION)
  const most = Math.max(lines, PIECE_LINES)
  const [drawn, setDrawn] = useState(isWhole ? MAX_LINES_WITHOUT_VIRTUALIZATION : Math.min(FIRST_LINES, most))
  // If the list becomes shorter, the number of rendered lines is reduced too. When the list becomes long again, for
  // example because a filter is removed, the new lines are again rendered in pieces.
  if (!isWhole && !isWindow && drawn > most) setDrawn(most)
  const [top, setTop] = useState(0)
  useEffect(() => {
    if (!isWindow && drawn < lines) return pieces.ask(() => startTransition(() => setDrawn(drawn + PIECE_LINES)))
  }, [isWindow, drawn, lines])
  // Content above the table may change its height, so the distance of the table from the top of the page is measured
  // again.
  useEffect(() => {
    if (!isWindow) return
    const observer = new ResizeObserver(() => {
      const element = frame.current
      if (element) setTop(Math.round(element.getBoundingClientRect().top + window.scrollY))
    })
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [frame, isWindow])
  const virtualizer = useWindowVirtualizer({
    // Only a table that renders a part of its lines observes the scroll position, because measuring it forces a layout
    // of the whole page.
    enabled: isWindow,
    count: isWindow ? lines : 0,
    initialRect: SERVER_RECT,
    initialOffset: 0,
    scrollMargin: top,
    estimateSize: () => lineHeight,
    getItemKey: useCallback((index: number) => keyOf(index), [keyOf]),
    overscan: 12,
  })
  // heights that were measured in another layout (density or phone) are invalid
  // biome-ignore lint/correctness/useExhaustiveDependencies: this decides how high lines are
  useEffect(() => {
    if (isWindow) virtualizer.measure()
  }, [virtualizer, isWindow, lineHeight])
  if (!isWindow) return { from: 0, to: Math.min(drawn, lines), above: 0, below: 0, isWindow, measure: undefined }
  const items = virtualizer.getVirtualItems()
  const [first, last] = [items[0], items.at(-1)]
  return {
    from: first?.index ?? 0,
    to: last ? last.index + 1 : 0,
    above: first ? first.start - top : 0,
    below: last ? virtualizer.getTotalSize() - (last.end - top) : 0,
    isWindow,
    measure: virtualizer.measureElement,
  }
}

/**
 * Media query for phones, on which each table row is shown as two lines. The width is the same as in the CSS class
 * `brief-on-phone`.
 */
export const PHONE_MEDIA_QUERY = '(width < 40rem)'

/** Returns a hook that reports whether the screen matches a media query. Its result is always false on the server. */
export function createMediaQueryHook(query: string): () => boolean {
  const subscribe = (listener: () => void) => {
    const media = matchMedia(query)
    media.addEventListener('change', listener)
    return () => media.removeEventListener('change', listener)
  }
  const isMatch = () => matchMedia(query).matches
  return () => useSyncExternalStore(subscribe, isMatch, () => false)
}

/**
 * Reports whether table rows are shown as two lines, as on a phone. Always false on the server, which renders tables.
 */
export const useIsStacked = createMediaQueryHook(PHONE_MEDIA_QUERY)
