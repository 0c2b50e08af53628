import { findRowLink } from '../ui/table/open-row.ts'
import { findPageControls } from '../ui/page-controls.ts'
import type { PageControlKey } from './shortcuts.ts'

const ROWS = '#content tbody tr, #content ol > li, #content .entries > li, #content [data-rows] > li'

/**
 * Moves the focus to the link of the next or previous row in the page's lists. If no row has the focus, the focus moves
 * to the first row (step 1) or the last row (step -1).
 * @param rows CSS selector of the rows
 */
export function focusNeighborRow(step: 1 | -1, rows: string = ROWS): void {
  const all = [...document.querySelectorAll<HTMLElement>(rows)]
  const current = all.findIndex((row) => row.contains(document.activeElement) && findRowLink(row))
  // Rows are checked for visibility one by one, only until a visible row is found, because each check forces the
  // browser to compute the layout.
  for (let n = current === -1 && step === -1 ? all.length - 1 : current + step; n in all; n += step) {
    const link = findRowLink(all[n] as HTMLElement)
    if (link?.checkVisibility()) return focusLink(link)
  }
}

/**
 * Presses the control that has the given key, for example the button to acknowledge an incident. If a row of a list has
 * the focus, only a control in this row is pressed, because other rows are about other incidents. If no row has the
 * focus, the control outside of the lists is pressed. If only rows contain such a control, the first of these rows gets
 * the focus, and the user must press the key again. No incident is therefore acknowledged before the user sees it.
 */
export function pressControlByKey(key: PageControlKey): void {
  const controls = findPageControls(`[data-key="${key}"]`)
  const row = document.activeElement?.closest<HTMLElement>(ROWS)
  if (row && findRowLink(row)) {
    controls.find((control) => row.contains(control))?.click()
    return
  }
  const own = controls.find((control) => !control.closest(ROWS))
  if (own) own.click()
  else {
    const first = controls[0]?.closest(ROWS)
    focusLink(first && findRowLink(first))
  }
}

function focusLink(link: HTMLElement | null | undefined): void {
  link?.focus()
  link?.scrollIntoView({ block: 'nearest' })
}
