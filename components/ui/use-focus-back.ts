import { useRef } from 'react'

/**
 * Restores the focus after a dialog has closed, for dialogs opened by a key, which have no trigger
 * (WAI-ARIA Authoring Practices, Dialog).
 */
export function useFocusBack() {
  const before = useRef<Element | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = document.activeElement
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      if (before.current instanceof HTMLElement) before.current.focus()
    },
  }
}
