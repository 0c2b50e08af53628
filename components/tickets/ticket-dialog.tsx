import { clsx } from 'clsx'
import TicketIcon from 'lucide-react/icons/ticket'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { DialogFrame } from '../ui/overlay/lazy-overlays.tsx'

/**
 * Button that opens a dialog with the text of a ticket.
 * @param about subject of the ticket: `erc-london`
 * @param brief whether the button shows only an icon; `phone` = only on a phone
 * @param isKeyed whether the key `t` presses the button
 */
export function TicketDialog({
  about,
  brief = false,
  isKeyed = brief !== true,
  label = null,
  children,
}: {
  about: string
  brief?: boolean | 'phone'
  isKeyed?: boolean
  /** text of a further button for the same ticket, which no key presses; null = the usual button */
  label?: string | null
  children: ReactNode
}) {
  return (
    <DialogFrame
      title={`Ticket about ${about}`}
      place="wide"
      trigger={
        label !== null ? (
          <Button className="print:hidden">{label}</Button>
        ) : brief === true ? (
          <IconButton
            data-key={isKeyed ? 't' : undefined}
            label={`Ticket text about ${about}`}
            className="-my-1 shrink-0 print:hidden"
          >
            <TicketIcon aria-hidden />
          </IconButton>
        ) : (
          <Button
            data-key={isKeyed ? 't' : undefined}
            aria-label={`Ticket text about ${about}`}
            className={clsx('print:hidden', brief === 'phone' && 'max-sm:w-7 max-sm:px-0')}
          >
            <TicketIcon aria-hidden />
            <span className={brief === 'phone' ? 'max-sm:sr-only' : undefined}>Ticket</span>
          </Button>
        )
      }
    >
      {children}
    </DialogFrame>
  )
}
