import { linkOfRow } from '../ui/table/open-row.ts'
import { pageControls } from '../ui/page-controls.ts'
import type { ControlKey } from './shortcuts.ts'

const ROWS = '#content tbody tr, #content ol > li, #content .entries > li, #content [data-rows] > li'

/**
 * Moves the focus to the link of the next or the previous row of the page's lists; from elsewhere to the first or the last one.
 * @param rows a selector of those that it goes through
 */
export function focusRow(step: 1 | -1, rows: string = ROWS): void {
  const all = [...document.querySelectorAll<HTMLElement>(rows)]
  const current = all.findIndex((row) => row.contains(document.activeElement) && linkOfRow(row))
  // whether one is seen is asked of those alone that come next: it takes a layout
  for (let n = current === -1 && step === -1 ? all.length - 1 : current + step; n in all; n += step) {
    const link = linkOfRow(all[n] as HTMLElement)
    if (link?.checkVisibility()) return focusLink(link)
  }
}

/**
 * Presses the control that bears the key. With the focus in a row it is that row's or none: another row is another incident. Else it is the
 * page's own; where only rows have it, the first of these gets the focus, and a second press presses it: nothing is acknowledged unread.
 */
export function pressControl(key: ControlKey): void {
  const controls = pageControls(`[data-key="${key}"]`)
  const row = document.activeElement?.closest<HTMLElement>(ROWS)
  if (row && linkOfRow(row)) {
    controls.find((control) => row.contains(control))?.click()
    return
  }
  const own = controls.find((control) => !control.closest(ROWS))
  if (own) own.click()
  else {
    const first = controls[0]?.closest(ROWS)
    focusLink(first && linkOfRow(first))
  }
}

function focusLink(link: HTMLElement | null | undefined): void {
  link?.focus()
  link?.scrollIntoView({ block: 'nearest' })
}
