import { type RefObject, useRef } from 'react'

/**
 * Returns handlers that restore the focus after a dialog has closed. The focus returns to the button that opened the
 * dialog. If a key opened it, the focus returns to the element that had the focus before. If that element was removed,
 * the heading of its panel gets the focus (WAI-ARIA Authoring Practices, Dialog).
 */
export function useReturnFocus(button?: RefObject<HTMLElement | null>) {
  const before = useRef<Element | null>(null)
  const heading = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = button?.current ?? document.activeElement
      heading.current = before.current?.closest('[data-panel]')?.querySelector('h2') ?? null
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      if (before.current?.isConnected) {
        if (before.current instanceof HTMLElement) before.current.focus()
      } else if (heading.current) {
        heading.current.tabIndex = -1
        heading.current.focus()
      }
    },
  }
}
