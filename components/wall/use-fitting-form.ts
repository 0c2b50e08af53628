import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

/**
 * Maximum overflow of a text that still counts as fitting, as a multiple of the font size. Letters may extend slightly
 * beyond the edges of their element without being cut off.
 */
const BEYOND_EM = 0.15

const isCut = (element: HTMLElement): boolean =>
  element.scrollHeight - element.clientHeight > BEYOND_EM * Number.parseFloat(getComputedStyle(element).fontSize)

/**
 * Reports whether an element is outside of its tile. The lines of a large tile continue in a second column, which is not
 * visible, if the tile is too low for them.
 */
const isOutside = (element: HTMLElement): boolean => {
  const tile = element.parentElement
  return tile !== null && element.getBoundingClientRect().left >= tile.getBoundingClientRect().right
}

/**
 * Finds the longest form of a text that fits its element. The caller has several forms of the text, each shorter than
 * the form before it. The forms are measured again when the size of the parent element changes or a font was loaded.
 * @param forms number of forms
 * @returns the React ref of the element, and the index of the longest form that fits
 */
export function useFittingForm<Frame extends HTMLElement = HTMLParagraphElement>(
  forms: number,
): [RefObject<Frame | null>, number] {
  const frame = useRef<Frame>(null)
  // setting a new object makes React measure the same form again
  const [chosen, setForm] = useState({ form: 0 })
  // a layout effect runs before the browser draws, so that a form that does not fit is never visible
  useLayoutEffect(() => {
    const element = frame.current
    if (element && chosen.form < forms - 1 && (isCut(element) || isOutside(element))) {
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
