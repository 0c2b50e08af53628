import { useRef, useState } from 'react'

/** Which item of a list is edited in its place. Closing the form gives the focus back to the button that adds one. */
export function useEditInPlace() {
  const [edited, edit] = useState<string | null>(null)
  const addButton = useRef<HTMLButtonElement>(null)
  const close = () => {
    edit(null)
    addButton.current?.focus()
  }
  return { edited, edit, close, addButton }
}
