import { clsx } from 'clsx'
import { Popover } from 'radix-ui'
import { useRef } from 'react'
import type { PopoverPanelProps } from './panel-props.ts'

/**
 * Content of a popover, placed next to its button. On closing, the focus returns to the button unless the user clicked
 * outside the popover.
 */
export default function PopoverPanel({
  id,
  isOpen,
  turn,
  button,
  label,
  align = 'end',
  className,
  children,
}: PopoverPanelProps) {
  const isLeft = useRef(false)
  return (
    <Popover.Root open={isOpen} onOpenChange={turn}>
      <Popover.Anchor virtualRef={button as { current: HTMLButtonElement }} />
      <Popover.Portal>
        <Popover.Content
          id={id}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          onInteractOutside={(event) => {
            // A click on the button must not close the popover as a click outside of it would do, because the button's
            // own handler closes it.
            if (button.current?.contains(event.target as Node)) event.preventDefault()
            else isLeft.current = true
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (!isLeft.current) button.current?.focus()
            isLeft.current = false
          }}
          className={clsx('z-50 rounded-lg border bg-surface p-3.5 shadow-xl', className)}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
