import { type CSSProperties, useSyncExternalStore } from 'react'
import type { Column } from './features.ts'

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

/** What a table is on a phone: rows of two lines where its columns say what stands in them, else lists. */
export function onPhone(
  columns: readonly Pick<Column<never>, 'header' | 'zoned' | 'phone'>[],
  zone: string,
): { isBrief: boolean; className: string; style?: CSSProperties } {
  if (columns.some(({ phone }) => phone)) return { isBrief: true, className: 'brief-on-phone' }
  return { isBrief: false, ...stacked(columns.map(({ header, zoned }) => (zoned ? `${header} (${zone})` : header))) }
}

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
