import { clsx } from 'clsx'
import XIcon from 'lucide-react/icons/x'
import { Dialog } from 'radix-ui'
import { IconButton } from '../button.tsx'
import { useReturnFocus } from './use-return-focus.ts'
import type { DialogPanelProps } from './panel-props.ts'

const places = {
  center: 'top-[8vh] left-1/2 max-h-[84vh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg border p-4',
  wide: 'top-[8vh] left-1/2 max-h-[84vh] w-[min(56rem,calc(100vw-1rem))] -translate-x-1/2 rounded-lg border p-4',
  right: 'inset-y-0 right-0 w-[min(36rem,100vw)] border-l p-5',
  left: 'inset-y-0 left-0 flex w-60 flex-col gap-5 border-r px-3 py-3.5',
}

/**
 * Modal dialog. When it closes, the focus returns to the button that opened it, or to the element that had the focus
 * before.
 */
export default function DialogPanel({
  id,
  isOpen,
  turn,
  button,
  title,
  about,
  tools,
  place = 'center',
  children,
}: DialogPanelProps) {
  const focusBack = useReturnFocus(button)
  return (
    <Dialog.Root open={isOpen} onOpenChange={turn}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Content
          id={id}
          {...focusBack}
          aria-describedby={undefined}
          className={clsx('fixed z-50 overflow-auto bg-surface shadow-2xl', places[place])}
        >
          {place === 'left' ? (
            <Dialog.Title className="sr-only">{title}</Dialog.Title>
          ) : (
            <div className="mb-3 flex items-start gap-3">
              <div className="min-w-0 self-center">
                <Dialog.Title className="text-base font-semibold break-words">{title}</Dialog.Title>
                {about}
              </div>
              <span className="ml-auto flex">
                {tools}
                <Dialog.Close asChild>
                  <IconButton label="Close">
                    <XIcon aria-hidden />
                  </IconButton>
                </Dialog.Close>
              </span>
            </div>
          )}
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
