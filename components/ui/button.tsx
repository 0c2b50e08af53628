import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

const variants = {
  plain: 'border border-line-strong bg-surface text-ink hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink',
  strong: 'bg-ink text-canvas hover:opacity-90',
  /** style of a button for an action that cannot be undone */
  danger: 'bg-down text-surface hover:opacity-90',
}

export function Button({
  variant = 'plain',
  className,
  type = 'button',
  ...props
}: ComponentProps<'button'> & { variant?: keyof typeof variants }) {
  return (
    <button
      type={type}
      className={clsx(
        'inline-flex h-7 items-center justify-center gap-1.5 rounded-md px-2.5 text-xs font-medium whitespace-nowrap',
        'disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0',
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
