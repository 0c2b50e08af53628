import { type CSSProperties, useSyncExternalStore } from 'react'

/** Width below which a table becomes a list, as in `stack-on-phone`. */
const PHONE = '(width < 40rem)'

/**
 * Props that turn a table into a list on a phone: each row reads top to bottom, with the column's name beside each value.
 * @param headers of all columns, the first of which names the row; at most twelve
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

/** Whether tables are rendered as lists. The server renders tables. */
export const useIsStacked = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => matchMedia(PHONE).matches,
    () => false,
  )
