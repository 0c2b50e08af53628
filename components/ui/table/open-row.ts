import type { MouseEvent } from 'react'

/** What a press on means itself, and not its row. */
const OWN = 'a, button, input, select, textarea, label, summary, [role=button], [contenteditable]'

/** The link of a row: what is marked by `data-row-link`, else its first one. */
export const linkOfRow = (row: Element): HTMLAnchorElement | null =>
  row.querySelector<HTMLAnchorElement>('a[data-row-link]') ?? row.querySelector<HTMLAnchorElement>('a[href]')

/** Whether a press on a row is one on the row itself, and not on what stands in it, in a dialog opened from it, or the end of selecting text. */
function isOfRow({ currentTarget: row, defaultPrevented, target }: MouseEvent<HTMLElement>): boolean {
  if (defaultPrevented || (target as Element).closest(OWN) || !row.contains(target as Node)) return false
  return window.getSelection()?.isCollapsed !== false
}

/** A press anywhere on a row opens it, or follows its link: in a new tab with Ctrl, Cmd or Shift. */
export function openRow(event: MouseEvent<HTMLElement>, open?: () => void): void {
  if (event.button !== 0 || !isOfRow(event)) return
  if (open) return open()
  const link = linkOfRow(event.currentTarget)
  if (link && (event.ctrlKey || event.metaKey || event.shiftKey)) window.open(link.href, '_blank', 'noopener')
  else link?.click()
}

/** The middle button follows a row's link in a new tab. */
export function openRowAside(event: MouseEvent<HTMLElement>): void {
  const link = event.button === 1 && isOfRow(event) && linkOfRow(event.currentTarget)
  if (link) window.open(link.href, '_blank', 'noopener')
}
