import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, startTransition, useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { IdleQueue } from '../../data/idle-queue.ts'

/** Longer tables draw only what the page shows of them, unless all is asked for. */
const VIRTUAL_FROM = 150
/** The most lines that are drawn where all are asked for. */
const MAX_LINES = 2_000
/** px of a table that the server draws: a screen's height */
const SERVER_RECT = { width: 0, height: 900 }
/** Lines that are drawn first, more than a screen shows; the others follow in pieces that keep no hand waiting, each in a task of its own. */
const FIRST_LINES = 30
const PIECE_LINES = 12
const pieces = new IdleQueue()

interface Drawn {
  from: number
  /** the line after the last one */
  to: number
  /** px that the lines before and after would take */
  above: number
  below: number
  /** lines beyond these are drawn when the page is scrolled to them; else all are drawn by and by */
  isWindow: boolean
  /** takes the element of a line */
  measure: ((element: HTMLTableRowElement | null) => void) | undefined
}

/**
 * Which lines of a table are drawn: a long one has those near what the page shows.
 * @param frame what scrolls with the page
 * @param lineHeight px, as far as it is known before it is drawn
 * @param keyOf a height belongs to its line, wherever that stands
 */
export function useDrawnLines(
  frame: RefObject<HTMLElement | null>,
  lines: number,
  isWhole: boolean,
  lineHeight: number,
  keyOf: (index: number) => string,
): Drawn {
  const isWindow = lines >= VIRTUAL_FROM && !(isWhole && lines <= MAX_LINES)
  const most = Math.max(lines, PIECE_LINES)
  const [drawn, setDrawn] = useState(isWhole ? MAX_LINES : Math.min(FIRST_LINES, most))
  // those that a filter left out come back in pieces too
  if (!isWhole && !isWindow && drawn > most) setDrawn(most)
  const [top, setTop] = useState(0)
  useEffect(() => {
    if (!isWindow && drawn < lines) return pieces.ask(() => startTransition(() => setDrawn(drawn + PIECE_LINES)))
  }, [isWindow, drawn, lines])
  // what stands above it may become higher
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
    // measuring where it stands forces a layout of the whole page
    enabled: isWindow,
    count: isWindow ? lines : 0,
    initialRect: SERVER_RECT,
    initialOffset: 0,
    scrollMargin: top,
    estimateSize: () => lineHeight,
    getItemKey: useCallback((index: number) => keyOf(index), [keyOf]),
    overscan: 12,
  })
  // heights of another layout do not apply
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

/** Width below which rows of a table have two lines, as in `brief-on-phone`. */
export const PHONE = '(width < 40rem)'

function subscribe(listener: () => void): () => void {
  const query = matchMedia(PHONE)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Whether rows have two lines. The server renders tables. */
export const useIsStacked = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => matchMedia(PHONE).matches,
    () => false,
  )
