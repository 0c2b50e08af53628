import { type ComponentProps, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { steppedMoment } from './stepped-moment.ts'

/**
 * A date and a time as they are written everywhere here, `2026-11-20 03:12` on 24 hours: the browser's own field follows its locale.
 * Up and down move the part at the caret.
 */
export function MomentInput({
  value,
  onText,
  onKeyDown,
  ref,
  ...props
}: Omit<ComponentProps<'input'>, 'value' | 'onChange'> & { value: string; onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  useImperativeHandle<HTMLInputElement | null, HTMLInputElement | null>(ref, () => input.current)
  const selection = useRef<[number, number] | null>(null)
  useLayoutEffect(() => {
    if (selection.current) input.current?.setSelectionRange(...selection.current)
    selection.current = null
  })
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      placeholder="2026-11-20 03:12"
      {...props}
      ref={input}
      value={value}
      data-moment
      onChange={(event) => onText(event.target.value)}
      onKeyDown={(event) => {
        onKeyDown?.(event)
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
        // of a text that is selected as a whole, the last part moves
        const { selectionEnd } = event.currentTarget
        const moved = steppedMoment(value, selectionEnd ?? value.length, event.key === 'ArrowUp' ? 1 : -1)
        if (moved === null) return
        event.preventDefault()
        selection.current = moved.selection
        onText(moved.text)
      }}
    />
  )
}
