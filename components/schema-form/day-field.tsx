import type { ComponentProps, KeyboardEvent } from 'react'
import type { FieldValues } from 'react-hook-form'
import { FormText } from './bound-fields.tsx'
import { adjustTypedMoment } from '../time/adjust-typed-moment.ts'

/** Text field for a day such as `2026-11-20`. The up and down keys change the year, month or day at the caret. */
export function FormDayField<Fields extends FieldValues, Body>(props: ComponentProps<typeof FormText<Fields, Body>>) {
  return <FormText {...props} placeholder="2026-11-20" inputMode="numeric" maxLength={10} onKeyDown={changeDayPart} />
}

/**
 * Changes the part of the date at the caret after an up or down key. The text is stored in the element and not in
 * React's state, so that the function changes the element directly.
 */
function changeDayPart(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
  const field = event.currentTarget
  const by = event.key === 'ArrowUp' ? 1 : -1
  const moved = adjustTypedMoment(field.value, field.selectionEnd ?? field.value.length, by)
  if (moved === null) return
  event.preventDefault()
  field.value = moved.text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.setSelectionRange(...moved.selection)
}
