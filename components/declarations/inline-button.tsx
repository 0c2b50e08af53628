import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

/**
 * Button for a small action inside a line of text. It looks like a link, but its area is at least 24 px wide and high
 * for touch. It is hidden in print.
 */
export function InlineButton({ className, ...props }: ComponentProps<'button'>) {
  return (
    <button
      type="button"
      className={clsx(
        'link inline-flex h-6 min-w-6 items-center gap-1 rounded-xs text-xs font-medium text-ink-2 hover:text-ink print:hidden',
        'disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0',
        className,
      )}
      {...props}
    />
  )
}
