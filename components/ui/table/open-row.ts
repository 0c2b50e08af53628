import type { MouseEvent } from 'react'

/** CSS selector of elements that handle clicks themselves, so that a click on them does not open the row. */
const OWN = 'a, button, input, select, textarea, label, summary, [role=button], [contenteditable]'

/** Returns the link or button that opens a row: the element with `data-row-link`, otherwise the first link. */
export const findRowLink = (row: Element): HTMLElement | null =>
  row.querySelector<HTMLElement>('[data-row-link]') ?? row.querySelector<HTMLElement>('a[href]')

/**
 * Reports whether a click should open the row. It should not if the click is on a control in the row, is in a dialog
 * that was opened from the row, or ends a text selection.
 */
function isOfRow({ currentTarget: row, defaultPrevented, target }: MouseEvent<HTMLElement>): boolean {
  if (defaultPrevented || (target as Element).closest(OWN) || !row.contains(target as Node)) return false
  return window.getSelection()?.isCollapsed !== false
}

/** Opens a row when it is clicked, like a click on its link. Ctrl, Cmd or Shift opens a link in a new tab. */
export function openRow(event: MouseEvent<HTMLElement>): void {
  if (event.button !== 0 || !isOfRow(event)) return
  const link = findRowLink(event.currentTarget)
  if (event.ctrlKey || event.metaKey || event.shiftKey) openAside(link)
  else link?.click()
}

/** Opens the link of a row in a new tab when the middle button is clicked. */
export function openRowInNewTab(event: MouseEvent<HTMLElement>): void {
  if (event.button === 1 && isOfRow(event)) openAside(findRowLink(event.currentTarget))
}

function openAside(link: HTMLElement | null): void {
  if (link instanceof HTMLAnchorElement) window.open(link.href, '_blank', 'noopener')
  else link?.click()
}
