import { clsx } from 'clsx'
import { useEffect, useId, useState } from 'react'
import { TextField } from './field.tsx'

/**
 * Text field that reports its value only when it loses the focus or the user presses Enter. It shows an error if the
 * input is invalid.
 */
export function CommittedTextField({
  label,
  value,
  placeholder,
  read,
  complaint,
  onChange,
  search = false,
  hideLabel = false,
  className = 'w-40',
}: {
  label: string
  value: string | null
  placeholder: string
  read: (text: string) => string | null
  complaint: string
  onChange: (value: string | null) => void
  search?: boolean
  /** whether the label is for screen readers only, for example if a column names the field */
  hideLabel?: boolean
  className?: string
}) {
  const [draft, setDraft] = useState(value ?? '')
  useEffect(() => setDraft(value ?? ''), [value])
  const text = draft.trim()
  const wrong = text !== '' && read(text) === null
  const commit = () => {
    if (wrong) return
    const next = text === '' ? null : read(text)
    if (next !== value) onChange(next)
  }
  const note = useId()
  return (
    <span className={clsx('relative', className)}>
      <TextField
        label={label}
        hideLabel={hideLabel}
        value={draft}
        placeholder={placeholder}
        {...(wrong && { 'aria-invalid': true, 'aria-describedby': note })}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit()
        }}
        {...(search ? { 'data-search': true } : {})}
      />
      {wrong && (
        <span
          id={note}
          className="absolute top-full left-0 z-10 mt-0.5 w-max max-w-56 rounded-sm border border-degraded-mark bg-degraded-soft px-1.5 text-xs text-ink"
        >
          {complaint}
        </span>
      )}
    </span>
  )
}
