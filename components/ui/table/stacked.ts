import { type CSSProperties, useSyncExternalStore } from 'react'

/** Where a table becomes a list, as `stack-on-phone` has it. */
const PHONE = '(width < 40rem)'

/**
 * What makes a table a list on a phone: each row is read from top to bottom, with the name of its column beside each value.
 * @param headers of all columns, the first of which names the row; twelve are told at most
 */
export const stacked = (headers: readonly string[]): { className: string; style: CSSProperties } => ({
  className: 'stack-on-phone',
  style: Object.fromEntries(headers.map((name, index) => [`--column-${index + 1}`, JSON.stringify(name)])),
})

function subscribe(listener: () => void): () => void {
  const query = matchMedia(PHONE)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Whether tables are lists just now. The server, which knows of no screen, draws tables. */
export const useIsStacked = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => matchMedia(PHONE).matches,
    () => false,
  )
