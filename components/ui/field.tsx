import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react'

/** CSS classes of a text input with one line. */
export const fieldBoxClass =
  'h-7 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-xs text-ink placeholder:text-ink-3 disabled:opacity-55 aria-invalid:border-down-mark'

interface Label {
  label: string
  /** whether the label is for screen readers only */
  hideLabel?: boolean | undefined
  /** hint below the field about the format of the value */
  hint?: string | undefined
  /** error below the field */
  error?: string | undefined
}

/** Text input with a label above it. The label can be visible to screen readers only. */
export function TextField({ label, hideLabel, hint, error, className, ...props }: ComponentProps<'input'> & Label) {
  return (
    <LabelledControl {...{ label, hideLabel, hint, error, className }}>
      {(described) => (
        <input className={fieldBoxClass} spellCheck={false} autoComplete="off" {...described} {...props} />
      )}
    </LabelledControl>
  )
}

/** Choice with a label above it. An option that a user chose before React hydrated the page is reported as a change. */
export function SelectField({
  label,
  hideLabel,
  error,
  className,
  options,
  ...props
}: ComponentProps<'select'> & Label & { options: { value: string; label: string }[] }) {
  const select = useRef<HTMLSelectElement>(null)
  useEffect(() => {
    // only the server's rendering has an option with the attribute `selected`
    const rendered = [...(select.current?.options ?? [])].find((option) => option.defaultSelected)
    if (rendered?.selected === false) select.current?.dispatchEvent(new Event('change', { bubbles: true }))
  }, [])
  return (
    <LabelledControl {...{ label, hideLabel, error, className }}>
      {(described) => (
        <select ref={select} className={clsx(fieldBoxClass, 'pr-1')} {...described} {...props}>
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </LabelledControl>
  )
}

/** Label above a control or a set of controls, with hint and error below. */
export function LabelledControl({
  label,
  hideLabel = false,
  hint,
  error,
  isSet = false,
  className,
  children,
}: Label & {
  isSet?: boolean
  className?: string | undefined
  children: (described: object) => ReactNode
}) {
  const notes = [
    { id: useId(), text: hint, style: 'text-ink-3' },
    { id: useId(), text: error, style: 'font-medium text-down' },
  ].filter(({ text }) => text)
  const ids = notes.map(({ id }) => id).join(' ')
  const described = { ...(error && { 'aria-invalid': true }), ...(ids && { 'aria-describedby': ids }) }
  const [Wrap, Name] = isSet ? (['fieldset', 'legend'] as const) : (['label', 'span'] as const)
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1', className)}>
      <Wrap className="flex min-w-0 flex-col gap-1" {...(isSet && described)}>
        {/* a margin is used and not the `gap` of the container, because `gap` does not apply to a legend */}
        <Name className={hideLabel ? 'sr-only' : clsx('text-xs font-medium text-ink-3', isSet && 'mb-1')}>{label}</Name>
        {children(isSet ? {} : described)}
      </Wrap>
      {notes.map(({ id, text, style }) => (
        <p key={id} id={id} className={`text-xs break-words ${style}`}>
          {text}
        </p>
      ))}
    </div>
  )
}
