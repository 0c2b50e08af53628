import { AlertDialog } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../button.tsx'
import type { ConfirmPanelProps } from './panel-props.ts'
import { useReturnFocus } from './use-return-focus.ts'

/**
 * Confirmation dialog for an action that cannot be undone. When it opens, the focus is on Cancel. When it closes, the
 * focus returns to the button that opened it. If the action removed this button, the heading of the surrounding panel
 * gets the focus (WAI-ARIA Authoring Practices, Alert Dialog).
 */
export default function ConfirmPanel({
  id,
  isOpen,
  turn,
  button,
  question,
  effect,
  action,
  onConfirm,
}: ConfirmPanelProps) {
  const [isBusy, setIsBusy] = useState(false)
  const focusBack = useReturnFocus(button)
  const confirm = async () => {
    setIsBusy(true)
    await Promise.allSettled([onConfirm()])
    setIsBusy(false)
    turn(false)
  }
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={turn}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <AlertDialog.Content
          id={id}
          {...focusBack}
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
