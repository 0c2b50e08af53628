import { clsx } from 'clsx'
import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'

/** The content of a popover beside its trigger; its width is set by `className`, at most the screen's. */
export function PopoverPanel({
  label,
  align = 'end',
  className,
  children,
}: {
  label: string
  align?: 'start' | 'end'
  className: string
  children: ReactNode
}) {
  return (
    <Popover.Portal>
      <Popover.Content
        align={align}
        sideOffset={6}
        collisionPadding={8}
        aria-label={label}
        className={clsx('z-50 rounded-lg border bg-surface p-3.5 shadow-xl', className)}
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  )
}
