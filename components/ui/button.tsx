import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

const looks = {
  plain: 'border border-line-strong bg-surface text-ink hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink',
  strong: 'bg-ink text-canvas hover:opacity-90',
}

export function Button({
  look = 'plain',
  className,
  type = 'button',
  ...props
}: ComponentProps<'button'> & { look?: keyof typeof looks }) {
  return (
    <button
      type={type}
      className={clsx(
        'inline-flex h-7 items-center justify-center gap-1.5 rounded-md px-2.5 text-xs font-medium whitespace-nowrap',
        'disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0',
        looks[look],
        className,
      )}
      {...props}
    />
  )
}

/** A button that shows an icon alone; `label` is its name. */
export function IconButton({ label, className, ...props }: ComponentProps<'button'> & { label: string }) {
  return (
    <Button
      look="quiet"
      aria-label={label}
      title={label}
      className={clsx('w-7 px-0 [&_svg]:size-4', className)}
      {...props}
    />
  )
}
