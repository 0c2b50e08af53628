import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Letters reach beyond their lines by a little, which is no line of its own. */
const BEYOND_EM = 0.3

const isCut = (element: HTMLElement): boolean =>
  element.scrollHeight - element.clientHeight > BEYOND_EM * Number.parseFloat(getComputedStyle(element).fontSize)

/**
 * Finds the first of several forms of a text, each shorter than the one before, that its element has room for. It begins anew when
 * the room changes, and when the letters do.
 * @returns the element's place, and which form it takes
 */
export function useFittingForm(forms: number): [RefObject<HTMLParagraphElement | null>, number] {
  const frame = useRef<HTMLParagraphElement>(null)
  // an object of its own each time: also what fitted is measured anew
  const [chosen, setForm] = useState({ form: 0 })
  // before anything is painted, so that nobody sees the forms that do not fit
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
