import { useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

/** Whether the browser has announced a print and has not ended it. */
let isAnnounced = false

function subscribe(onChange: () => void): () => void {
  const media = matchMedia('print')
  const onMedia = () => onChange()
  // The browser lays out the paper immediately after the event, so the sheet is rendered inside the event.
  const announce = (next: boolean) => () => {
    isAnnounced = next
    flushSync(onChange)
  }
  const [begin, end] = [announce(true), announce(false)]
  media.addEventListener('change', onMedia)
  window.addEventListener('beforeprint', begin)
  window.addEventListener('afterprint', end)
  return () => {
    media.removeEventListener('change', onMedia)
    window.removeEventListener('beforeprint', begin)
    window.removeEventListener('afterprint', end)
  }
}

const isPrinting = () => isAnnounced || matchMedia('print').matches

/**
 * Reports whether the page is being printed, by a button, by the browser's menu or by the keyboard. Sheets are rendered
 * only during this time, so that they cost nothing on the screen.
 */
export const usePrinting = (): boolean => useSyncExternalStore(subscribe, isPrinting, () => false)
