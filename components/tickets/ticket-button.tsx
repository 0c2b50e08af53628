import { useState } from 'react'
import { circuitPaths } from '#lib/contract/poll.ts'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { SingleChoiceButtons } from '../ui/choice.tsx'
import { ServiceKeyNote } from './service-key-note.tsx'
import { TicketRecipientChoice, TicketBody } from './ticket-body.tsx'
import { TicketDialog } from './ticket-dialog.tsx'
import { type TicketRecipient, formatCircuitTicket } from './ticket-text.ts'
import { type TicketSubject, useTicket } from './use-ticket.ts'

const about = ['circuit', ...circuitPaths] as const
const aboutLabels = { circuit: 'Circuit', primary: 'Primary path', secondary: 'Secondary path' } as const

/**
 * Button that opens a ticket about a circuit or one of its paths. The recipient is the provider or Microsoft.
 * @param props.path path that is selected initially; null = both
 */
export function TicketButton({
  circuit,
  path = null,
  incident = null,
  label = null,
}: Pick<TicketSubject, 'circuit'> & Partial<TicketSubject> & { label?: string | null }) {
  return (
    <TicketDialog about={circuit.name} brief="phone" label={label}>
      <PathTicket {...{ circuit, path, incident }} />
    </TicketDialog>
  )
}

/** Ticket about a circuit or one of its paths. If exactly one path is down, this path is selected initially. */
function PathTicket({ path: first, ...subject }: TicketSubject) {
  const { paths } = subject.circuit
  const down = paths.filter(({ state }) => state === 'down')
  const [path, setPath] = useState(first ?? (down.length === 1 && paths.length > 1 ? (down[0]?.path ?? null) : null))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {paths.length > 1 && (
        <SingleChoiceButtons
          label="About"
          options={about}
          words={aboutLabels}
          value={path ?? 'circuit'}
          onChange={(chosen) => setPath(chosen === 'circuit' ? null : chosen)}
        />
      )}
      <CircuitTicket {...subject} path={path} />
    </div>
  )
}

/**
 * Text of a ticket about a circuit.
 * @param link URL at the end of the text; default: the current page
 */
export function CircuitTicket({ link, ...subject }: TicketSubject & { link?: string }) {
  const { circuit, incident } = subject
  const [reader, setReader] = useState<TicketRecipient>(
    incident?.cause?.owner === 'microsoft' ? 'microsoft' : 'provider',
  )
  const { facts, pending } = useTicket(subject, useNowInSteps(5_000))
  return (
    <TicketBody
      text={formatCircuitTicket({ ...facts, link: link ?? window.location.href }, reader)}
      pending={pending}
      reader={<TicketRecipientChoice reader={reader} onChange={setReader} />}
    >
      <ServiceKeyNote circuit={circuit} />
    </TicketBody>
  )
}
