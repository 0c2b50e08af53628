import { AlertDialog } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from './button.tsx'

/**
 * A button that asks before it does what can't be undone. The focus begins at Cancel and returns to the button, or, where that
 * went with what was removed, to the heading of its panel (WAI-ARIA Authoring Practices, Alert Dialog).
 */
export function ConfirmButton({
  trigger,
  question,
  effect,
  action,
  onConfirm,
}: {
  /** the button that asks */
  trigger: ReactNode
  /** names what it is about: `Revoke token “ci”?` */
  question: string
  /** what stops working */
  effect: string
  /** the word on the button that does it: `Revoke` */
  action: string
  /** the dialog closes when it is over; whoever has the button shows why it failed */
  onConfirm: () => Promise<unknown>
}) {
  const [isOpen, setIsOpen] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const heading = useRef<HTMLElement | null>(null)
  const turn = (open: boolean) => {
    if (open) heading.current = button.current?.closest('[data-panel]')?.querySelector('h2') ?? null
    setIsOpen(open)
  }
  const confirm = async () => {
    setIsBusy(true)
    await Promise.allSettled([onConfirm()])
    setIsBusy(false)
    setIsOpen(false)
  }
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={turn}>
      <AlertDialog.Trigger asChild ref={button}>
        {trigger}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <AlertDialog.Content
          onCloseAutoFocus={(event) => {
            if (button.current?.isConnected || !heading.current) return
            event.preventDefault()
            heading.current.tabIndex = -1
            heading.current.focus()
          }}
          className="fixed top-[20vh] left-1/2 z-50 max-h-[70vh] w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 overflow-auto rounded-lg border bg-surface p-4 shadow-2xl"
        >
          <AlertDialog.Title className="text-base font-semibold wrap-anywhere">{question}</AlertDialog.Title>
          <AlertDialog.Description className="mt-1.5 text-sm break-words text-ink-2">{effect}</AlertDialog.Description>
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button variant="danger" disabled={isBusy} onClick={() => void confirm()}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
