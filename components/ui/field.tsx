import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

const box =
  'h-7 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-xs text-ink placeholder:text-ink-3 disabled:opacity-55'

/** A labelled input. The label is above it, or for screen readers only. */
export function TextField({
  label,
  hideLabel = false,
  className,
  ...props
}: ComponentProps<'input'> & { label: string; hideLabel?: boolean }) {
  return (
    <label className={clsx('flex min-w-0 flex-col gap-1', className)}>
      <span className={hideLabel ? 'sr-only' : 'text-2xs font-medium text-ink-3'}>{label}</span>
      <input className={box} spellCheck={false} autoComplete="off" {...props} />
    </label>
  )
}

export function SelectField({
  label,
  className,
  options,
  ...props
}: ComponentProps<'select'> & { label: string; options: { value: string; label: string }[] }) {
  return (
    <label className={clsx('flex min-w-0 flex-col gap-1', className)}>
      <span className="text-2xs font-medium text-ink-3">{label}</span>
      <select className={clsx(box, 'pr-1')} {...props}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}
