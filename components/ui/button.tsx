import { clsx } from 'clsx'
import { type ComponentProps, useSyncExternalStore } from 'react'

const variants = {
  plain: 'border border-line-strong bg-surface text-ink hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink',
  strong: 'bg-ink text-canvas hover:opacity-90',
  /** style of a button for an action that cannot be undone */
  danger: 'bg-down text-surface hover:opacity-90',
}

type ButtonProps = ComponentProps<'button'> & { variant?: keyof typeof variants }

export function Button({ type = 'button', ...props }: ButtonProps) {
  return type === 'submit' ? <SubmitButton {...props} /> : <StyledButton type={type} {...props} />
}

const neverChanges = () => () => undefined

/**
 * Button that submits its form. It is disabled in the page of the server, until React has hydrated it. Before, the
 * browser itself would submit the form, with the values of its fields (passwords, too) in the address of the page.
 */
function SubmitButton({ disabled, ...props }: ButtonProps) {
  const isHydrated = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  )
  return (
    <StyledButton type="submit" disabled={disabled || !isHydrated} data-loading={!isHydrated || undefined} {...props} />
  )
}

function StyledButton({ variant = 'plain', className, ...props }: ButtonProps) {
  return (
    <button
      className={clsx(
        'inline-flex h-7 items-center justify-center gap-1.5 rounded-md px-2.5 text-xs font-medium whitespace-nowrap',
        'disabled:cursor-not-allowed [&_svg]:size-3.5 [&_svg]:shrink-0',
        // a button that waits for hydration does not change its look
        'disabled:not-data-loading:opacity-55',
        variants[variant],
        className,
      )}
      {...props}
    />
  )
}

/** Icon-only button; `label` is its accessible name. */
export function IconButton({ label, className, ...props }: ComponentProps<'button'> & { label: string }) {
  return (
    <Button
      variant="quiet"
      aria-label={label}
      title={label}
      className={clsx('w-7 px-0 [&_svg]:size-4', className)}
      {...props}
    />
  )
}
