'use client'

import { clsx } from 'clsx'
import XIcon from 'lucide-react/icons/x'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './button.tsx'

/** A centered dialog with its trigger; one without is open until `onClose` is called. */
export function DialogFrame({
  trigger,
  title,
  wide = false,
  onClose,
  children,
}: {
  trigger?: ReactNode
  title: ReactNode
  wide?: boolean
  onClose?: () => void
  children: ReactNode
}) {
  return (
    <Dialog.Root {...(onClose && { open: true, onOpenChange: (isOpen: boolean) => isOpen || onClose() })}>
      {trigger && <Dialog.Trigger asChild>{trigger}</Dialog.Trigger>}
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Content
          aria-describedby={undefined}
          className={clsx(
            'fixed top-[8vh] left-1/2 z-50 max-h-[84vh] -translate-x-1/2 overflow-auto rounded-lg border bg-surface p-4 shadow-2xl',
            wide ? 'w-[min(56rem,calc(100vw-1rem))]' : 'w-[min(36rem,calc(100vw-2rem))]',
          )}
        >
          <div className="mb-3 flex items-center gap-3">
            <Dialog.Title className="min-w-0 text-base font-semibold break-words">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton label="Close" className="ml-auto">
                <XIcon aria-hidden />
              </IconButton>
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
