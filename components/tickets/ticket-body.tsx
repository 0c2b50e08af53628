import type { ReactNode } from 'react'
import { PrintedDocumentLayout } from '../paper/print-sheet.tsx'
import { SingleChoiceButtons } from '../ui/choice.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { type TicketRecipient, ticketRecipients } from './ticket-text.ts'

/**
 * Text of a ticket with a button to copy it.
 * @param pending whether correlation ids of Azure are still loading
 */
export function TicketBody({
  text,
  pending,
  reader,
  children,
}: {
  text: string
  pending: boolean
  /** select field for the recipient of the ticket */
  reader?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3" aria-busy={pending}>
      <div className="flex flex-wrap items-center gap-2">
        {reader}
        <CopyButton text={text} label="Copy the ticket">
          Copy ticket
        </CopyButton>
        {pending && <span className="text-xs text-ink-3">loading correlation ids</span>}
      </div>
      <PrintedDocumentLayout
        title="Ticket"
        isOver
        content={() => <pre className="font-mono text-xs break-words whitespace-pre-wrap">{text}</pre>}
      />
      <pre
        // a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="Text of the ticket"
        className="max-h-[58vh] overflow-auto rounded-md border bg-sunken p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
      {children}
    </div>
  )
}

const readerLabels: Record<TicketRecipient, string> = { provider: 'For the provider', microsoft: 'For Microsoft' }

/** Select field for the recipient of a ticket: the provider or Microsoft. */
export const TicketRecipientChoice = ({
  reader,
  onChange,
}: {
  reader: TicketRecipient
  onChange: (reader: TicketRecipient) => void
}) => (
  <SingleChoiceButtons
    label="Reader"
    options={ticketRecipients}
    words={readerLabels}
    value={reader}
    onChange={onChange}
  />
)
