import { type RefObject, useRef } from 'react'

/**
 * Restores the focus after a dialog has closed: to its button, or, where a key opened it, to what had the focus
 * (WAI-ARIA Authoring Practices, Dialog).
 */
export function useFocusBack(button?: RefObject<HTMLElement | null>) {
  const before = useRef<Element | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = button?.current ?? document.activeElement
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      if (before.current instanceof HTMLElement) before.current.focus()
    },
  }
}
