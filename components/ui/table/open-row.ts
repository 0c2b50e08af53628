import type { MouseEvent } from 'react'

/** What a press on means itself, and not its row. */
const OWN = 'a, button, input, select, textarea, label, summary, [role=button], [contenteditable]'

/** What opens a row: the link or button that is marked by `data-row-link`, else its first link. */
export const linkOfRow = (row: Element): HTMLElement | null =>
  row.querySelector<HTMLElement>('[data-row-link]') ?? row.querySelector<HTMLElement>('a[href]')

/** Whether a press on a row is one on the row itself, and not on what stands in it, in a dialog opened from it, or the end of selecting text. */
function isOfRow({ currentTarget: row, defaultPrevented, target }: MouseEvent<HTMLElement>): boolean {
  if (defaultPrevented || (target as Element).closest(OWN) || !row.contains(target as Node)) return false
  return window.getSelection()?.isCollapsed !== false
}

/** A press anywhere on a row presses what opens it: a link in a new tab with Ctrl, Cmd or Shift. */
export function openRow(event: MouseEvent<HTMLElement>): void {
  if (event.button !== 0 || !isOfRow(event)) return
  const link = linkOfRow(event.currentTarget)
  if (event.ctrlKey || event.metaKey || event.shiftKey) openAside(link)
  else link?.click()
}

/** The middle button follows a row's link in a new tab. */
export function openRowAside(event: MouseEvent<HTMLElement>): void {
  if (event.button === 1 && isOfRow(event)) openAside(linkOfRow(event.currentTarget))
}

function openAside(link: HTMLElement | null): void {
  if (link instanceof HTMLAnchorElement) window.open(link.href, '_blank', 'noopener')
  else link?.click()
}
