import { type ComponentProps, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { adjustTypedMoment } from './adjust-typed-moment.ts'

/**
 * Input for a date and time in the form `2026-11-20 03:12` with 24 hours. The browser's own date field is not used,
 * because its format depends on the browser's language. The up and down keys change the part of the date or time at the
 * caret.
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
        // If the whole text is selected, the up and down keys change the last part of the time.
        const { selectionEnd } = event.currentTarget
        const moved = adjustTypedMoment(value, selectionEnd ?? value.length, event.key === 'ArrowUp' ? 1 : -1)
        if (moved === null) return
        event.preventDefault()
        selection.current = moved.selection
        onText(moved.text)
      }}
    />
  )
}
