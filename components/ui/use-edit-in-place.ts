import { useRef, useState } from 'react'

/**
 * Holds the id of the list item that is being edited; null = no form is open. Closing the form returns the focus to the
 * button that adds an item.
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
