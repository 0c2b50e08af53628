import { useRef, useState } from 'react'

/**
 * Stores the id of the list item that is being edited; null = no form is open. When the form closes, the focus returns
 * to the button that adds an item.
 */
export function useEditInPlace() {
  const [edited, edit] = useState<string | null>(null)
  const addButton = useRef<HTMLButtonElement>(null)
  const close = () => {
    edit(null)
    addButton.current?.focus()
  }
  return { edited, edit, close, addButton }
}
