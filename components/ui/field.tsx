import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

/** The style of a one-line input. */
export const fieldBox =
  'h-7 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-xs text-ink placeholder:text-ink-3 disabled:opacity-55 aria-invalid:border-down-mark'

interface Label {
  label: string
  /** how its value is written, shown below it */
  hint?: string | undefined
  /** what is wrong with its value, shown below it */
  error?: string | undefined
}

/** A labelled input. The label is above it, or for screen readers only. */
export function TextField({
  label,
  hideLabel = false,
  hint,
  error,
  className,
  ...props
}: ComponentProps<'input'> & Label & { hideLabel?: boolean }) {
  return (
    <Labelled label={label} hideLabel={hideLabel} hint={hint} error={error} className={className}>
      {(described) => <input className={fieldBox} spellCheck={false} autoComplete="off" {...described} {...props} />}
    </Labelled>
  )
}

export function SelectField({
  label,
  hideLabel = false,
  error,
  className,
  options,
  ...props
}: ComponentProps<'select'> & Label & { hideLabel?: boolean; options: { value: string; label: string }[] }) {
  return (
    <Labelled label={label} hideLabel={hideLabel} error={error} className={className}>
      {(described) => (
        <select className={clsx(fieldBox, 'pr-1')} {...described} {...props}>
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}

/** A label above a control, and below it how its value is written, or what is wrong with it. */
export function Labelled({
  label,
  hideLabel = false,
  hint,
  error,
  className,
  children,
}: Label & { hideLabel?: boolean; className?: string | undefined; children: (described: object) => ReactNode }) {
  const id = useId()
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1', className)}>
      <label className="flex min-w-0 flex-col gap-1">
        <span className={hideLabel ? 'sr-only' : 'text-xs font-medium text-ink-3'}>{label}</span>
        {children({ ...(error && { 'aria-invalid': true }), ...((error || hint) && { 'aria-describedby': id }) })}
      </label>
      {hint && !error && (
        <p id={id} className="text-xs break-words text-ink-3">
          {hint}
        </p>
      )}
      {error && (
        <p id={id} className="text-xs font-medium break-words text-down">
          {error}
        </p>
      )}
    </div>
  )
}
