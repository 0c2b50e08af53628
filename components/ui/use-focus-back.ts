import { useRef } from 'react'

/**
 * For the content of a dialog that a key may open, too, so that it has no trigger: where the focus was, it is again after the dialog
 * has closed (WAI-ARIA Authoring Practices, Dialog).
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
