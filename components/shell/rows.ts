import { linkOfRow } from '../ui/table/open-row.ts'
import type { ControlKey } from './shortcuts.ts'

const ROWS = '#content tbody tr, #content ol > li, #content .entries > li'

/** Moves the focus to the link of the next or the previous row of the page's lists; from elsewhere to the first or the last one. */
export function focusRow(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>(ROWS)].flatMap((row) => {
    const link = linkOfRow(row)
    return link && link.checkVisibility() ? [{ row, link }] : []
  })
  const current = links.findIndex(({ row }) => row.contains(document.activeElement))
  const next = current === -1 ? (step === 1 ? 0 : links.length - 1) : current + step
  const link = links[next]?.link
  link?.focus()
  link?.scrollIntoView({ block: 'nearest' })
}

/** Presses the control that bears the key: that of the row with the focus, else the page's first. */
export function pressControl(key: ControlKey): void {
  const wanted = `[data-key="${key}"]:not(:disabled)`
  const row = document.activeElement?.closest('tr, li')
  const control = row?.querySelector<HTMLElement>(wanted) ?? document.querySelector<HTMLElement>(`#content ${wanted}`)
  control?.click()
}
