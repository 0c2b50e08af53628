'use client'

import TicketIcon from 'lucide-react/icons/ticket'
import { RadioGroup } from 'radix-ui'
import { useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import { ServiceKeyNote } from './service-key-note.tsx'
import { type TicketReader, ticketReaders, ticketText } from './ticket-text.ts'
import { type TicketSubject, useTicket } from './use-ticket.ts'

const readerWords: Record<TicketReader, string> = { provider: 'For the provider', microsoft: 'For Microsoft' }

/**
 * Opens the text of a ticket about a circuit or one of its paths, for the provider or Microsoft.
 * @param props.brief an icon only, and not what `t` presses
 */
export function TicketButton({
  circuit,
  path = null,
  incident = null,
  brief = false,
}: Pick<TicketSubject, 'circuit'> & Partial<TicketSubject> & { brief?: boolean }) {
  const about = path ? `the ${path} path of ${circuit.name}` : circuit.name
  return (
    <DialogFrame
      title={`Ticket about ${about}`}
      wide
      trigger={
        brief ? (
          <IconButton label={`Ticket text about ${about}`} className="-my-1 print:hidden">
            <TicketIcon aria-hidden />
          </IconButton>
        ) : (
          <Button data-key="t" aria-label={`Ticket text about ${about}`} className="print:hidden">
            <TicketIcon aria-hidden />
            Ticket text
          </Button>
        )
      }
    >
      <Ticket {...{ circuit, path, incident }} />
    </DialogFrame>
  )
}

function Ticket(subject: TicketSubject) {
  const { circuit, incident } = subject
  const [reader, setReader] = useState<TicketReader>(incident?.cause?.owner === 'microsoft' ? 'microsoft' : 'provider')
  const now = useNowInSteps(5_000)
  const { facts, pending } = useTicket(subject, now)
  const text = ticketText({ ...facts, link: window.location.href }, reader)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3" aria-busy={pending}>
      <div className="flex flex-wrap items-center gap-2">
        <RadioGroup.Root
          aria-label="Reader"
          orientation="horizontal"
          value={reader}
          onValueChange={(value) => setReader(ticketReaders.find((known) => known === value) ?? 'provider')}
          className="flex rounded-md border border-line-strong"
        >
          {ticketReaders.map((one) => (
            <RadioGroup.Item
              key={one}
              value={one}
              className="h-7 px-2.5 text-xs font-medium text-ink-2 -outline-offset-2 first:rounded-l-md last:rounded-r-md hover:bg-hover data-[state=checked]:bg-ink data-[state=checked]:text-canvas"
            >
              {readerWords[one]}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <CopyButton text={text} label="Copy the ticket">
          Copy ticket
        </CopyButton>
        {pending && <span className="text-xs text-ink-3">loading correlation ids</span>}
      </div>
      <pre
        // a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="Text of the ticket"
        className="max-h-[58vh] overflow-auto rounded-md border bg-sunken p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
      <ServiceKeyNote circuit={circuit} />
    </div>
  )
}
