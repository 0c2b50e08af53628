'use client'

import { RadioGroup } from 'radix-ui'
import { useState } from 'react'
import { useNowInSteps } from '../ui/times/clock.tsx'
import { ServiceKeyNote } from './service-key-note.tsx'
import { TicketBody, TicketDialog } from './ticket-dialog.tsx'
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
  return (
    <TicketDialog about={path ? `the ${path} path of ${circuit.name}` : circuit.name} brief={brief}>
      <Ticket {...{ circuit, path, incident }} />
    </TicketDialog>
  )
}

/** The text of a ticket about a circuit. @param link that it ends with; else that of the page */
export function Ticket({ link, ...subject }: TicketSubject & { link?: string }) {
  const { circuit, incident } = subject
  const [reader, setReader] = useState<TicketReader>(incident?.cause?.owner === 'microsoft' ? 'microsoft' : 'provider')
  const { facts, pending } = useTicket(subject, useNowInSteps(5_000))
  return (
    <TicketBody
      text={ticketText({ ...facts, link: link ?? window.location.href }, reader)}
      pending={pending}
      reader={
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
      }
    >
      <ServiceKeyNote circuit={circuit} />
    </TicketBody>
  )
}
