import type { MouseEvent } from 'react'

/** What a press on means itself, and not its row. */
const OWN = 'a, button, input, select, textarea, label, summary, [role=button], [contenteditable]'

/** The link of a row: what is marked by `data-row-link`, else its first one. */
export const linkOfRow = (row: Element): HTMLAnchorElement | null =>
  row.querySelector<HTMLAnchorElement>('a[data-row-link]') ?? row.querySelector<HTMLAnchorElement>('a[href]')

/** A press anywhere on a row follows the row's link, in a new tab with Ctrl, Cmd or Shift. Selecting text follows nothing. */
export function openRow(event: MouseEvent<HTMLElement>): void {
  const row = event.currentTarget
  if (event.defaultPrevented || event.button !== 0 || (event.target as Element).closest(OWN)) return
  // a dialog opened from the row is in it for React only
  if (!row.contains(event.target as Node) || window.getSelection()?.isCollapsed === false) return
  const link = linkOfRow(row)
  if (!link) return
  if (event.ctrlKey || event.metaKey || event.shiftKey) window.open(link.href, '_blank', 'noopener')
  else link.click()
}
