import type { MouseEvent } from 'react'

/** CSS selector of elements that handle clicks themselves, so that a click on them does not open the row. */
const OWN = 'a, button, input, select, textarea, label, summary, [role=button], [contenteditable]'

/** Returns the link or button that opens a row: the element with `data-row-link`, otherwise the first link. */
export const findRowLink = (row: Element): HTMLElement | null =>
  row.querySelector<HTMLElement>('[data-row-link]') ?? row.querySelector<HTMLElement>('a[href]')

/** Reports whether the event concerns the row itself, and not a control in the row or a dialog opened from the row. */
const isOfRow = ({ currentTarget: row, defaultPrevented, target }: MouseEvent<HTMLElement>): boolean =>
  !defaultPrevented && !(target as Element).closest(OWN) && row.contains(target as Node)

/** Reports whether the user has selected text. A click that ends a selection does not open the row. */
const hasSelection = () => window.getSelection()?.isCollapsed === false

/**
 * Opens a row if the browser sends no click. A browser sends a click only if the pressed element is still at its place
 * when the button is released. If the page replaces or moves the pressed cell in the meantime, for example a placeholder
 * whose data arrives, the row is opened at the release.
 */
function openIfClickIsLost(event: MouseEvent<HTMLElement>): void {
  if (event.button !== 0 || !isOfRow(event)) return
  const row = event.currentTarget
  const onRelease = (release: globalThis.MouseEvent) => {
    if (!row.contains(release.target as Node)) return
    let isClicked = false
    const onClick = () => {
      isClicked = true
    }
    addEventListener('click', onClick, true)
    // The browser sends the click in the same task as the release.
    setTimeout(() => {
      removeEventListener('click', onClick, true)
      if (!isClicked && !hasSelection()) followLink(row, release)
    })
  }
  addEventListener('mouseup', onRelease, { capture: true, once: true })
}

/** Opens the link of a row. Ctrl, Cmd or Shift opens it in a new tab. */
function followLink(
  row: Element,
  { ctrlKey, metaKey, shiftKey }: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>,
) {
  const link = findRowLink(row)
  if (ctrlKey || metaKey || shiftKey) openAside(link)
  else link?.click()
}

function openAside(link: HTMLElement | null): void {
  if (link instanceof HTMLAnchorElement) window.open(link.href, '_blank', 'noopener')
  else link?.click()
}

/**
 * Event handlers of a row that opens when it is clicked, like a click on its link. The middle button opens the link in a
 * new tab.
 */
export const rowHandlers = {
  onMouseDown: openIfClickIsLost,
  onClick(event: MouseEvent<HTMLElement>) {
    if (event.button === 0 && isOfRow(event) && !hasSelection()) followLink(event.currentTarget, event)
  },
  onAuxClick(event: MouseEvent<HTMLElement>) {
    if (event.button === 1 && isOfRow(event) && !hasSelection()) openAside(findRowLink(event.currentTarget))
  },
}
