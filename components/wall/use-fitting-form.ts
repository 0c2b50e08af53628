import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Letters extend slightly beyond their lines: tolerance in px. */
const BEYOND_EM = 0.15

const isCut = (element: HTMLElement): boolean =>
  element.scrollHeight - element.clientHeight > BEYOND_EM * Number.parseFloat(getComputedStyle(element).fontSize)

/**
 * Finds the first of several ever shorter forms of a text that fits its element. Measures again when
 * the size or the font changes.
 * @returns the element's ref, and the index of the fitting form
 */
export function useFittingForm(forms: number): [RefObject<HTMLParagraphElement | null>, number] {
  const frame = useRef<HTMLParagraphElement>(null)
  // a new object each time, so that the same form is measured again
  const [chosen, setForm] = useState({ form: 0 })
  // before paint, so that forms that do not fit are never visible
  useLayoutEffect(() => {
    const element = frame.current
    if (element && chosen.form < forms - 1 && isCut(element)) {
      setForm({ form: chosen.form + 1 })
    }
  }, [chosen, forms])
  useEffect(() => {
    const room = frame.current?.parentElement
    if (!room) return
    const again = new ResizeObserver(() => setForm({ form: 0 }))
    again.observe(room)
    let gone = false
    void document.fonts.ready.then(() => gone || setForm({ form: 0 }))
    return () => {
      gone = true
      again.disconnect()
    }
  }, [])
  return [frame, chosen.form]
}
