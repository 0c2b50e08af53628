import { useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

/** Whether the browser has announced a print and has not ended it. */
let isAnnounced = false

function subscribe(onChange: () => void): () => void {
  const media = matchMedia('print')
  const onMedia = () => onChange()
  // The browser lays out the paper directly after the event `beforeprint`. The sheet must therefore be rendered before
  // the handler of the event returns.
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
 * Reports whether the page is being printed, by a button, by the browser's menu or by the keyboard. Printed sheets are
 * rendered only during this time, so that they do not slow down the page otherwise.
 */
export const usePrinting = (): boolean => useSyncExternalStore(subscribe, isPrinting, () => false)
